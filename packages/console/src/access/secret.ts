import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Returns 192 random bits as a text that can be part of an address. */
export function newSecret(): string {
  return randomBytes(24).toString('base64url')
}

/** Takes the same time wherever the secrets differ, so that timing reveals nothing. */
export function equalSecrets(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
