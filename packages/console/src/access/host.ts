import { isIP } from 'node:net'

/**
 * Whether the `Host` header names `localhost`, `*.localhost`, an IP address or a host that the user allows. An attacker
 * can make the host name of a page point at 127.0.0.1 (DNS rebinding), but the header still contains that name.
 */
export function isAllowedHost(header: string | null, allowed: readonly string[]): boolean {
  const name = hostName(header)
  if (name === undefined) return false
  if (name === 'localhost' || name.endsWith('.localhost')) return true
  return isIP(name) !== 0 || allowed.includes(name)
}

/** Whether a host name or an address stands for this machine. */
export function isLoopback(name: string | undefined): boolean {
  if (name === undefined) return false
  const plain = name.replace(/^::ffff:/i, '')
  return plain === 'localhost' || plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
}

/** The name without the port, in lower case, without the brackets of IPv6; `undefined` if the header is not a host. */
export function hostName(header: string | null): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header ?? '')
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '')
}
