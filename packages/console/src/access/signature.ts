import type { Viewer } from '../api/types.ts'

/** The longest user name that a request may give. */
export const longestName = 60

/**
 * Matches all characters except letters, digits, spaces and a few punctuation marks. So it matches brackets, and
 * characters that are invisible or reverse text.
 */
const unusual = /[^\p{L}\p{M}\p{N} .,@_+'/:#-]/gu

/**
 * Returns the name of the user for the audit. If `authorize` has identified the user, a name in the request is ignored.
 * Otherwise that name comes first, as in `ada (token)`. It loses its brackets, so that it cannot imitate the part that
 * the console has checked.
 *
 * @param claimed - the name that the request gives, at most {@link longestName} characters
 */
export function signatureOf({ user, isKnown }: Viewer, claimed: string | undefined): string {
  const known = user.slice(0, 200)
  const name = isKnown
    ? ''
    : (claimed ?? '').normalize('NFC').replace(unusual, '').replace(/\s+/g, ' ').trim()
  return name === '' ? known : `${name} (${known})`
}
