import { newSecret } from './secret.ts'

const lifetimeMs = 12 * 3_600_000
const maxSessions = 1_000

/** The browsers that have shown the token. Each gets its own secret, in a cookie that scripts can't read. */
export class Sessions {
  readonly #cookie: string
  /** The wall time at which each session ends, by its secret. The oldest session is first. */
  readonly #ends = new Map<string, number>()

  /** @param id - becomes part of the name of the cookie, because all ports of a host share its cookies */
  constructor(id: string) {
    this.#cookie = `runwell_${id.replace(/\W/g, '').slice(0, 12)}`
  }

  /** Begins a session. @returns the value of `Set-Cookie`. */
  begin(path: string, isSecure: boolean): string {
    const oldest = this.#ends.keys().next().value
    if (this.#ends.size >= maxSessions && oldest !== undefined) this.#ends.delete(oldest)
    const secret = newSecret()
    this.#ends.set(secret, Date.now() + lifetimeMs)
    const attributes = ['HttpOnly', 'SameSite=Strict', `Path=${path}`, `Max-Age=${lifetimeMs / 1_000}`]
    if (isSecure) attributes.push('Secure')
    return [`${this.#cookie}=${secret}`, ...attributes].join('; ')
  }

  /** Whether the request has the cookie of a session that has not ended. */
  has(cookies: string | null): boolean {
    for (const part of (cookies ?? '').split(';')) {
      const [name, secret = ''] = part.trim().split('=', 2)
      if (name !== this.#cookie) continue
      const end = this.#ends.get(secret)
      if (end !== undefined && Date.now() < end) return true
      this.#ends.delete(secret)
    }
    return false
  }
}
