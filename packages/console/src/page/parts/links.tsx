import type { Links } from '../../api/types.ts'
import { processView } from '../state/store.ts'

type Values = Readonly<Record<string, string | undefined>>

const labels: Readonly<Record<keyof Links, string>> = {
  trace: 'trace',
  logs: 'logs',
  issues: 'issues',
  dashboard: 'dashboard',
}

/** Shows the links named in `only`. A link is left out if `values` lacks a value for one of its placeholders. */
export function OutLinks({
  values,
  only,
}: {
  readonly values: Values
  readonly only: readonly (keyof Links)[]
}) {
  const links = processView.value?.links ?? {}
  const shown = only.flatMap((name) => {
    const href = filled(links[name], values)
    return href === undefined ? [] : [{ name, href }]
  })
  return (
    <>
      {shown.map(({ name, href }) => (
        <a key={name} class="out" href={href} target="_blank" rel="noreferrer noopener">
          {labels[name]} ↗
        </a>
      ))}
    </>
  )
}

/**
 * Fills in a template. Returns `undefined` if there is no template or a value is missing. The result is always an http
 * or https address, because the console refuses other templates.
 */
function filled(template: string | undefined, values: Values): string | undefined {
  if (template === undefined) return undefined
  let isWhole = true
  const href = template.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = values[key]
    if (value === undefined) isWhole = false
    return encodeURIComponent(value ?? '')
  })
  return isWhole ? href : undefined
}
