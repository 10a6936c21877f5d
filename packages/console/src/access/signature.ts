import type { Viewer } from '../api/types.ts'

/** The longest name that a request may give. */
export const longestName = 60

/** Everything but letters, digits and a few marks: nothing that hides, reverses or brackets text. */
const unusual = /[^\p{L}\p{M}\p{N} .,@_+'/:#-]/gu

/**
 * Who the audit says it was. `authorize` knows the person, so nothing that a request claims changes that. Without it, the
 * claimed name is shown before what the console knows, as in `ada (token)`. It has no brackets of its own.
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
