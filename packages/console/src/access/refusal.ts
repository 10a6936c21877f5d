import type { Problem } from '../api/types.ts'

/** The client gets this error as JSON. */
export class Refusal extends Error {
  readonly status: number
  readonly cure: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    message: string,
    cure?: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.cure = cure
    this.headers = headers
  }

  get problem(): Problem {
    return { error: this.message, ...(this.cure === undefined ? {} : { cure: this.cure }) }
  }
}
