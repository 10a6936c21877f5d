import type { Viewer } from '../api/types.ts'

export const longestName = 60

/** Matches brackets, invisible characters and characters that reverse text. */
const unusual = /[^\p{L}\p{M}\p{N} .,@_+'/:#-]/gu

/**
 * Returns the user name for the audit. An unknown user may claim a name, as in `ada (token)`. Brackets in a
 * claimed name are removed, so that it cannot imitate a checked name.
 */
export function signatureOf({ user, isKnown }: Viewer, claimed: string | undefined): string {
  const known = user.slice(0, 200)
  const name = isKnown
    ? ''
    : (claimed ?? '').normalize('NFC').replace(unusual, '').replace(/\s+/g, ' ').trim()
  return name === '' ? known : `${name} (${known})`
}
