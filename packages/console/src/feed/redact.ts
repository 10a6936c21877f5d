/** Changes a text before it leaves the process, for example to hide e-mail addresses. */
export type Redact = (text: string, kind: 'error' | 'input' | 'note') => string

/** The `redact` of the user. If it throws or does not return a text, the original text is not shown. */
export function safely(redact: Redact | undefined): Redact {
  if (redact === undefined) return (text) => text
  return (text, kind) => {
    try {
      const changed: unknown = redact(text, kind)
      return typeof changed === 'string' ? changed : '(not shown: `redact` returned no string)'
    } catch {
      return '(not shown: `redact` threw an error)'
    }
  }
}
