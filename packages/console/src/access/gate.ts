import { type Action, actions, type Viewer } from '../api/types.ts'
import { hostName, isAllowedHost, isLoopback } from './host.ts'
import { Refusal } from './refusal.ts'
import { equalSecrets } from './secret.ts'
import type { Sessions } from './sessions.ts'

/** The user who sent a request, as identified by your own sign-in. */
export interface SignedIn {
  /** The user's name, as the audit shows it. */
  readonly user: string
  /**
   * The actions that the user may perform on tasks; `'everything'` allows all of them. Without `can`, the user may
   * only read. @defaultValue none
   */
  readonly can?: readonly Action[] | 'everything' | undefined
}

/**
 * Your own sign-in. Returns the user who sent a request, or `false` to refuse the request. If it throws, rejects or
 * returns anything else, the request is also refused, and the console calls `onWarning`.
 */
export type Authorize = (request: Request) => SignedIn | false | Promise<SignedIn | false>

export interface GateOptions {
  readonly authorize: Authorize | undefined
  readonly token: string | undefined
  readonly allowedHosts: readonly string[]
  readonly isProduction: boolean
  readonly sessions: Sessions
  readonly warn: (text: string) => void
}

export class Gate {
  readonly #options: GateOptions

  constructor(options: GateOptions) {
    this.#options = options
  }

  /**
   * True if a request without the token gets the page, but no data. A browser can't send the token when it opens the
   * address: the token is after the `#`, and browsers do not send this part.
   */
  get servesPageToAll(): boolean {
    return this.#options.authorize === undefined && this.#options.token !== undefined
  }

  async viewer(request: Request, peer: string | undefined): Promise<Viewer> {
    const { authorize, token } = this.#options
    this.checkHost(request)
    if (authorize !== undefined) return this.#signedIn(request, authorize)
    if (token !== undefined) return this.#withToken(request, token)
    return this.#unguarded(request, peer)
  }

  checkHost(request: Request): void {
    const { authorize, allowedHosts } = this.#options
    if (authorize !== undefined && allowedHosts.length === 0) return
    const host = request.headers.get('host') ?? new URL(request.url).host
    if (isAllowedHost(host, allowedHosts)) return
    throw new Refusal(
      403,
      `The host ${JSON.stringify(host.slice(0, 100))} is not allowed.`,
      'Add it to `allowedHosts`.',
    )
  }

  /**
   * Begins a session. Throws a {@link Refusal} if the host is not allowed, or if the token is missing or wrong.
   *
   * @returns the value of the header `Set-Cookie`
   */
  exchange(request: Request, path: string): string {
    this.checkHost(request)
    const { token, sessions } = this.#options
    if (token === undefined) throw new Refusal(404, 'This console has no token.')
    this.#checkBearer(request, token)
    return sessions.begin(path, new URL(request.url).protocol === 'https:')
  }

  async #signedIn(request: Request, authorize: Authorize): Promise<Viewer> {
    let answer: SignedIn | false
    try {
      answer = await authorize(request)
    } catch (error) {
      this.#options.warn(
        `\`authorize\` of the console threw an error, so the request was refused: ${String(error)}`,
      )
      answer = false
    }
    if (answer === false) throw new Refusal(403, 'You are not signed in, or may not see this console.')
    const viewer = viewerOf(answer)
    if (viewer !== undefined) return viewer
    this.#options.warn(
      '`authorize` of the console must return false or { user, can? }. The request was refused.',
    )
    throw new Refusal(403, 'You are not signed in, or may not see this console.')
  }

  #withToken(request: Request, token: string): Viewer {
    if (!this.#options.sessions.has(request.headers.get('cookie'))) this.#checkBearer(request, token)
    return { user: 'token', isKnown: false, can: actions }
  }

  #checkBearer(request: Request, token: string): void {
    const shown = /^Bearer ([\w.~+/=-]{1,502})$/i.exec(request.headers.get('authorization') ?? '')?.[1]
    if (shown !== undefined && equalSecrets(shown, token)) return
    const cure =
      'Enter it on the page, open the address with `#token=` and the token at its end, or send `Authorization: Bearer <token>`.'
    throw new Refusal(401, shown === undefined ? 'The token is missing.' : 'The token is wrong.', cure, {
      'www-authenticate': 'Bearer',
    })
  }

  /** For a console without `authorize` and `token`. */
  #unguarded(request: Request, peer: string | undefined): Viewer {
    if (this.#options.isProduction) {
      throw new Refusal(
        403,
        'This console is closed, because NODE_ENV is production and it has no sign-in.',
        'Pass `authorize: (request) => ({ user, can })` to createConsole(), or a `token`.',
      )
    }
    const host = hostName(request.headers.get('host') ?? new URL(request.url).host)
    if (isLoopback(host) && (peer === undefined || isLoopback(peer)))
      return { user: 'local', isKnown: false, can: actions }
    throw new Refusal(
      403,
      'Without a sign-in this console answers only requests from this machine.',
      'Pass `authorize` or a `token` to createConsole().',
    )
  }
}

function viewerOf(answer: unknown): Viewer | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined
  const { user, can = [] } = answer as Partial<SignedIn>
  if (typeof user !== 'string' || user === '') return undefined
  if (can === 'everything') return { user, isKnown: true, can: actions }
  if (!Array.isArray(can)) return undefined
  return { user, isKnown: true, can: actions.filter((action) => can.includes(action)) }
}
