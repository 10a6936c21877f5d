import type { Problem } from '../../api/types.ts'

export class Refused extends Error {
  readonly status: number
  /** Says also what a reader can do. Unlike `message`, it does not suit the refusal of an action. */
  readonly textWithCure: string
  /** True if the console asks for its token. */
  readonly asksForToken: boolean
  constructor(status: number, { error, cure }: Problem, asksForToken = false) {
    super(cure === undefined ? error : `${error} ${cure}`)
    this.status = status
    this.asksForToken = asksForToken
    this.textWithCure = `${error} ${cure ?? cureOfReading(status)}`
  }
}

/** Returns true if the same request may succeed later, for example after a lost connection, or a 502 of a proxy. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof Refused) || error.status >= 500
}

function cureOfReading(status: number): string {
  if (status === 400) return 'Choose another value, or open this view from the menu.'
  if (status === 401 || status === 403) return 'Sign in again, and reload the page.'
  return 'Try again later.'
}
