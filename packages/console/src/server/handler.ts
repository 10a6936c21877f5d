import type { Gate } from '../access/gate.ts'
import type { WriteLimit } from '../access/rate.ts'
import { Refusal } from '../access/refusal.ts'
import { checkSameOrigin, checkWrite } from '../access/same-origin.ts'
import type { Viewer } from '../api/types.ts'
import { type Wanted, wantedBy } from './address.ts'
import { file, json, refused, safeHeaders } from './answers.ts'
import { isAction } from './control.ts'
import { pageFor } from './first-page.ts'
import { assets, page } from './page-assets.ts'
import { jsonBody } from './parse-body.ts'
import { findRoute, type Sources } from './routes.ts'

export interface HandlerParts {
  readonly sources: Sources
  readonly gate: Gate
  readonly writes: WriteLimit
  /**
   * Limits the logins. Separate from `writes`, because clients without the token may try to log in and must not use
   * up `writes`.
   */
  readonly logins: WriteLimit
  readonly warn: (text: string) => void
  readonly isClosed: () => boolean
  /** Whether the console is part of a server of the user. Such a server may wait for all connections when it closes. */
  readonly isMounted: boolean
}

type Api = Extract<Wanted, { of: 'api' }>

export class Handler {
  readonly #parts: HandlerParts

  constructor(parts: HandlerParts) {
    this.#parts = parts
  }

  async answer(request: Request, peer: string | undefined): Promise<Response> {
    try {
      return this.#last(await this.#answer(request, peer))
    } catch (error) {
      return this.#last(refused(error, this.#parts.warn))
    }
  }

  /** During a stop, the server of the user closes. It must not wait for another request on the same connection. */
  #last(response: Response): Response {
    const { isMounted, sources } = this.#parts
    if (isMounted && sources.broadcast.isStopping) response.headers.set('connection', 'close')
    return response
  }

  async #answer(request: Request, peer: string | undefined): Promise<Response> {
    this.#checkOpen()
    const { pathname, search, searchParams } = new URL(request.url)
    const wanted = wantedBy(pathname, search)
    if (wanted.of === 'nothing') throw new Refusal(404, 'There is nothing at this address.')
    if (wanted.of === 'api') return this.#api(request, peer, wanted, searchParams)
    checkMethod(request, 'GET')
    const viewer = await this.#viewerOfPage(request, peer)
    this.#checkOpen()
    if (wanted.of === 'redirect') {
      return new Response(null, { status: 308, headers: { ...safeHeaders, location: wanted.to } })
    }
    if (wanted.of === 'page') {
      const withData = viewer && pageFor(viewer, this.#parts.sources)
      if (withData !== undefined) return file('text/html; charset=utf-8', withData, 'no-store')
      return file('text/html; charset=utf-8', page, 'no-cache')
    }
    const asset = Object.hasOwn(assets, wanted.name) ? assets[wanted.name] : undefined
    if (asset === undefined) throw new Refusal(404, 'There is no such file.')
    return file(asset.type, asset.body, 'public, max-age=31536000, immutable')
  }

  /**
   * A closed console gets no more events. A stream that it opened would stay silent, and would never end. Call this
   * after each `await`, because the console may have been closed meanwhile.
   */
  #checkOpen(): void {
    if (this.#parts.isClosed()) throw new Refusal(503, 'This console was closed.')
  }

  /**
   * If the console has a token, returns `undefined` for a browser without a session. The page then sends the token
   * with its API requests.
   */
  async #viewerOfPage(request: Request, peer: string | undefined): Promise<Viewer | undefined> {
    const { gate } = this.#parts
    if (!gate.servesPageToAll) return gate.viewer(request, peer)
    gate.checkHost(request)
    try {
      return await gate.viewer(request, peer)
    } catch (error) {
      if (error instanceof Refusal) return undefined
      throw error
    }
  }

  async #api(
    request: Request,
    peer: string | undefined,
    api: Api,
    query: URLSearchParams,
  ): Promise<Response> {
    const { gate, sources, isMounted } = this.#parts
    const { parts } = api
    if (request.method === 'POST') return this.#write(request, peer, api)
    checkMethod(request, 'GET')
    checkSameOrigin(request)
    const viewer = await gate.viewer(request, peer)
    this.#checkOpen()
    const found = findRoute(parts)
    if (found === undefined)
      throw new Refusal(404, 'The API has no such address.', 'See api/v1/openapi.json.')
    return found.route.answerTo(sources, { request, query, viewer, isMounted, task: found.task })
  }

  async #write(request: Request, peer: string | undefined, { parts, prefix }: Api): Promise<Response> {
    const { gate, writes, logins, sources } = this.#parts
    checkWrite(request)
    const [of, task = '', action] = parts
    if (of === 'session' && parts.length === 1) {
      logins.check()
      return json({}, 200, { 'set-cookie': gate.exchange(request, prefix) })
    }
    const viewer = await gate.viewer(request, peer)
    writes.check()
    if (of !== 'tasks' || parts.length !== 3 || !isAction(action)) {
      throw new Refusal(404, 'The API has no such address.', 'See api/v1/openapi.json.')
    }
    const body = await jsonBody(request)
    this.#checkOpen()
    const performed = await sources.control.perform(task, action, body, viewer)
    return json(performed, performed.done ? 200 : 409)
  }
}

function checkMethod(request: Request, expected: 'GET'): void {
  if (request.method === expected || request.method === 'HEAD') return
  throw new Refusal(405, `${request.method} is not allowed here.`, undefined, { allow: `${expected}, HEAD` })
}
