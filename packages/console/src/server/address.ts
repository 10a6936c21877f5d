/** What a request asks for. The prefix under which the console is mounted makes no difference. */
export type Wanted =
  | { readonly of: 'page' }
  /** Adds a slash at the end of the path. Without the slash, the relative addresses in the page would be wrong. */
  | { readonly of: 'redirect'; readonly to: string }
  | { readonly of: 'asset'; readonly name: string }
  | { readonly of: 'api'; readonly parts: readonly string[]; readonly prefix: string }
  | { readonly of: 'nothing' }

const apiPath = '/api/v1/'
const assetPath = '/assets/'

/**
 * @param pathname - still percent-encoded: in decoded form, a slash in a task name would separate two parts of the
 * path
 */
export function wantedBy(pathname: string, search: string): Wanted {
  const api = pathname.lastIndexOf(apiPath)
  if (api >= 0) {
    const parts = pathname
      .slice(api + apiPath.length)
      .split('/')
      .map(decoded)
    if (parts.some((part) => part === undefined)) return { of: 'nothing' }
    return { of: 'api', parts: parts as string[], prefix: pathname.slice(0, api + 1) }
  }
  const asset = pathname.lastIndexOf(assetPath)
  if (asset >= 0) return { of: 'asset', name: pathname.slice(asset + assetPath.length) }
  if (pathname.endsWith('/')) return { of: 'page' }
  const last = pathname.slice(pathname.lastIndexOf('/') + 1)
  if (last === '' || last.includes('.')) return { of: 'nothing' }
  return { of: 'redirect', to: `./${last}/${search}` }
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
