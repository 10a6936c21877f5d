import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

interface Checked {
  readonly pages: number
  /** Each entry has the form `page → link`. */
  readonly broken: readonly string[]
}

const contentOf = (html: string): string => /<main[\s\S]*<\/main>/.exec(html)?.[0] ?? ''

/**
 * Finds links of a built site that lead to missing pages, files or headings. VitePress itself checks only pages.
 *
 * @param dist - the folder of the site
 * @param base - the path below which the site is served
 */
export function brokenLinks(dist: string, base = '/'): Checked {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.html'),
  )
  const ids = new Map<string, ReadonlySet<string>>()
  const html = (file: string): string => readFileSync(join(dist, file), 'utf8')
  const idsOf = (file: string): ReadonlySet<string> => {
    const known =
      ids.get(file) ?? new Set([...html(file).matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id))
    ids.set(file, known)
    return known
  }

  const broken = files.flatMap((file) => {
    const links = [...contentOf(html(file)).matchAll(/ (?:href|src)="([^"]+)"/g)].map(([, link = '']) => link)
    return links.filter((link) => !leadsSomewhere(link, file)).map((link) => `${file} → ${link}`)
  })

  function leadsSomewhere(link: string, from: string): boolean {
    if (/^(?:[a-z]+:|\/\/)/i.test(link)) return true
    const [path = '', anchor = ''] = decodeURI(link).split('#')
    const isInside = path.startsWith(base)
    if (path.startsWith('/') && !isInside) return false
    const target = path === '' ? from : isInside ? path.slice(base.length) : join(dirname(from), path)
    const file = [target, `${target}.html`, join(target, 'index.html')].find(
      (name) => /\.\w+$/.test(name) && existsSync(join(dist, name)),
    )
    if (file === undefined) return false
    return anchor === '' || !file.endsWith('.html') || idsOf(file).has(anchor)
  }

  return { pages: files.length, broken }
}
