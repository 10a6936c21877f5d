import { isRedisClient, type Resolved } from '../options.ts'

/**
 * Returns the host and port of the store, or the path of its socket, without user and password. `undefined` if the
 * options do not name them.
 */
export function addressOf({ kind, connection }: Resolved['store']): string | undefined {
  if (typeof connection === 'string') return addressIn(connection)
  const target: object = connection
  const isClient = kind === 'redis' && isRedisClient(target)
  const options = isClient ? target.options : ((target as { options?: unknown }).options ?? target)
  if (typeof options !== 'object' || options === null) return undefined
  const { url, connectionString, host, port, path } = options as Record<string, unknown>
  const link = url ?? connectionString
  if (typeof link === 'string') return addressIn(link)
  if (typeof path === 'string') return path
  if (typeof host !== 'string') return undefined
  return port === undefined ? host : `${host}:${String(port)}`
}

function addressIn(link: string): string | undefined {
  return URL.canParse(link) ? new URL(link).host || undefined : undefined
}
