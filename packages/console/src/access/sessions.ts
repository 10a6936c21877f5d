import { newSecret } from './secret.ts'

const lifetimeMs = 12 * 3_600_000
const maxSessions = 1_000

/** The browsers that have sent the token. Each has its own secret in a cookie. */
export class Sessions {
  readonly #cookie: string
  /** When each session ends, by its secret, oldest session first. */
  readonly #ends = new Map<string, number>()

  /** @param id - part of the cookie name, because all ports of a host share cookies */
  constructor(id: string) {
    this.#cookie = `runwell_${id.replace(/\W/g, '').slice(0, 12)}`
  }

  /** @returns the value of `Set-Cookie` */
  begin(path: string, isSecure: boolean): string {
    const oldest = this.#ends.keys().next().value
    if (this.#ends.size >= maxSessions && oldest !== undefined) this.#ends.delete(oldest)
    const secret = newSecret()
    this.#ends.set(secret, Date.now() + lifetimeMs)
    const attributes = ['HttpOnly', 'SameSite=Strict', `Path=${path}`, `Max-Age=${lifetimeMs / 1_000}`]
    if (isSecure) attributes.push('Secure')
    return [`${this.#cookie}=${secret}`, ...attributes].join('; ')
  }

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
