import type { Viewer } from '../api/types.ts'

export const longestName = 60

/** Matches the characters that a user name may not contain, such as brackets and invisible characters. */
const unusual = /[^\p{L}\p{M}\p{N} .,@_+'/:#-]/gu

/**
 * Returns the user name for the audit. A user whom `authorize` has not identified can give any name. The audit shows
 * this name with a mark, such as `ada (token)`. Brackets in the given name are removed, so that the name cannot
 * contain a mark itself.
 */
export function signatureOf({ user, isKnown }: Viewer, claimed: string | undefined): string {
  const known = user.slice(0, 200)
  const name = isKnown
    ? ''
    : (claimed ?? '').normalize('NFC').replace(unusual, '').replace(/\s+/g, ' ').trim()
  return name === '' ? known : `${name} (${known})`
}
