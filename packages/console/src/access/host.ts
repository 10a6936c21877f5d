import { isIP } from 'node:net'

/**
 * Prevents DNS rebinding: an attacker can make a host name point at 127.0.0.1, but the browser then sends this name
 * in the header `Host`.
 */
export function isAllowedHost(header: string | null, allowed: readonly string[]): boolean {
  const name = hostName(header)
  if (name === undefined) return false
  if (name === 'localhost' || name.endsWith('.localhost')) return true
  return isIP(name) !== 0 || allowed.includes(name)
}

export function isLoopback(name: string | undefined): boolean {
  if (name === undefined) return false
  const plain = name.replace(/^::ffff:/i, '')
  return plain === 'localhost' || plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
}

/** Returns the name without port and brackets, in lower case, or `undefined` if the header is not a host. */
export function hostName(header: string | null): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header ?? '')
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '')
}
