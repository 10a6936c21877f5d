import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const docs = fileURLToPath(new URL('..', import.meta.url))
const root = join(docs, '..')

export const repository = 'https://github.com/runwell/runwell'

export function siteFileOf(file: string): string {
  return file.replace(/^site\/generated\//, '').replace(/(^|\/)README\.md$/, '$1index.md')
}

/**
 * Returns the link for the site.
 *
 * - A link to an API report in `docs/api/` leads to the API page of the package.
 * - A link to any other folder of `docs/` leads to the README.md of that folder.
 * - A link to a file that is not on the site leads to GitHub.
 *
 * @param from - the absolute path of the page
 */
export function siteLinkOf(link: string, from: string): string {
  const [target = '', heading] = link.split('#')
  if (target === '' || /^[a-z]+:/i.test(target)) return link
  const anchor = heading === undefined ? '' : `#${heading}`
  const path = join(dirname(from), decodeURI(target))
  const fromRoot = relative(root, path).split(sep).join('/')
  const report = /^docs\/api(?:\/([a-z]+)(?:-([a-z]+))?\.api\.md|\/?)$/.exec(fromRoot)
  if (report !== null) {
    const [, name, part] = report
    return name === undefined ? '/api/' : `/api/@runwell/${part === undefined ? name : `${name}/${part}`}/`
  }
  const isFolder = existsSync(path) && statSync(path).isDirectory()
  const file = isFolder ? join(path, 'README.md') : path
  const isOnSite = relative(docs, file).startsWith('..') === false && existsSync(file) && file.endsWith('.md')
  if (isOnSite) {
    return `/${siteFileOf(relative(docs, file).split(sep).join('/'))}${anchor}`
  }
  return `${repository}/${isFolder ? 'tree' : 'blob'}/main/${fromRoot}${anchor}`
}
