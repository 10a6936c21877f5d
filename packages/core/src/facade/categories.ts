import { InvalidOptionError } from '../base/errors.ts'
import { check, reading, takes, textUpTo } from '../base/options.ts'
import { show } from '../base/show.ts'

export type Categories = Readonly<Record<string, string>> | ReadonlyMap<string, string>

const namePrefix = /^[A-Za-z0-9][\w.:/-]{0,119}$/
const aCategory = textUpTo(200)
export const theCategories = takes<Categories>(
  'an object or a Map from prefixes of task names to categories',
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)

export function categoriesOf(categories: Categories = {}): (name: string) => string | undefined {
  const entries = reading('categories', () =>
    categories instanceof Map ? [...categories] : Object.entries(categories),
  )
  const rows = entries.map(([prefix, category]: readonly [unknown, unknown]) => {
    if (typeof prefix !== 'string' || !namePrefix.test(prefix)) throw noPrefix(prefix)
    return { prefix, category: check(`categories[${show(prefix)}]`, category, aCategory) }
  })
  rows.sort((a, b) => b.prefix.length - a.prefix.length)
  return (name) => rows.find(({ prefix }) => name.startsWith(prefix))?.category
}

function noPrefix(prefix: unknown): InvalidOptionError {
  const start = typeof prefix === 'string' ? prefix.replace(/[*?].*$/, '') : ''
  const cure =
    prefix === ''
      ? "; tasks that no prefix matches have the category 'default'"
      : namePrefix.test(start)
        ? `; it is no pattern, so write ${show(start)}`
        : ''
  return new InvalidOptionError(
    'categories',
    `keyed by prefixes of task names, such as 'feeds.'${cure}`,
    prefix,
  )
}
