import { newSecret } from './secret.ts'

const lifetimeMs = 12 * 3_600_000
const maxSessions = 1_000

/** The browsers that have sent the token. Each has its own secret in a cookie. */
export class Sessions {
  readonly #cookie: string
  /** Keys: the secrets of the sessions, oldest first. Values: when each session ends. */
  readonly #ends = new Map<string, number>()

  /**
   * @param id - the `instanceId` of the supervisor. All ports of a host share cookies, so two consoles need different
   * cookie names. Only the end of the id differs between the processes of a host.
   */
  constructor(id: string) {
    this.#cookie = `runwell_${id.replace(/\W/g, '').slice(-12)}`
  }

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
