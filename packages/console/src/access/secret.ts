import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** A random secret of 192 bits that can stand in an address. */
export function newSecret(): string {
  return randomBytes(24).toString('base64url')
}

/** Compares two secrets in a time that does not depend on where they differ. */
export function equalSecrets(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
