import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { Problem } from '../api/types.ts'
import { safeHeaders } from './answers.ts'
import { ServerWatch } from './server-watch.ts'

/**
 * A framework may have removed the mount path from `url`; then `originalUrl` has the whole path. A middleware may
 * have read the body; then `body` may have the contents.
 */
interface FrameworkRequest extends IncomingMessage {
  readonly originalUrl?: string
  readonly body?: unknown
}

/** A request handler for `node:http`, Express and Connect. It answers each request and calls no `next()`. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void

export function nodeBridge(
  answer: (request: Request, peer: string | undefined) => Promise<Response>,
): NodeHandler {
  const servers = new ServerWatch()
  return (incoming, outgoing) => {
    const aborted = new AbortController()
    outgoing.once('close', () => aborted.abort())
    if (hasLostBody(incoming)) {
      outgoing.writeHead(500, { ...safeHeaders, 'content-type': 'application/json; charset=utf-8' })
      outgoing.end(JSON.stringify(lostBody))
      return
    }
    let request: Request
    try {
      request = toRequest(incoming, aborted.signal)
    } catch {
      outgoing.writeHead(400).end()
      return
    }
    answer(request, incoming.socket.remoteAddress)
      .then((response) => send(response, incoming, outgoing, servers))
      .catch(() => outgoing.destroy())
  }
}

const lostBody: Problem = {
  error: 'Something has read the body before the console got the request.',
  cure: 'Mount the console before what parses bodies. In Fastify, give its scope a parser that does not read the body.',
}

/** True if a middleware has read the body without keeping it. The task would then run without its input. */
function hasLostBody({ body, readableEnded, headers }: FrameworkRequest): boolean {
  const isSent = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  return isSent && readableEnded && body === undefined
}

function toRequest(incoming: FrameworkRequest, signal: AbortSignal): Request {
  const { method = 'GET', headers } = incoming
  const protocol = 'encrypted' in incoming.socket ? 'https' : 'http'
  const path = (incoming.originalUrl ?? incoming.url ?? '/').replace(/^[^/]+:\/\/[^/]+/, '')
  // If the header `host` is missing, the console checks the host of this URL instead. `host.invalid` is never this
  // machine.
  const url = new URL(`${protocol}://host.invalid${path.startsWith('/') ? path : `/${path}`}`)
  const sent = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(':'))
      sent.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(url, {
    method,
    headers: sent,
    signal,
    ...(hasBody ? { body: bodyOf(incoming), duplex: 'half' } : {}),
  } as RequestInit)
}

/** A middleware such as `express.json()` may have left the parsed body in `request.body`. */
function bodyOf(incoming: FrameworkRequest): string | Uint8Array | ReadableStream {
  const { body } = incoming
  if (body === undefined || !incoming.readableEnded) return Readable.toWeb(incoming) as ReadableStream
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  return JSON.stringify(body)
}

async function send(
  response: Response,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  servers: ServerWatch,
): Promise<void> {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = cookies
  if (servers.isClosing(incoming)) headers['connection'] = 'close'
  if (incoming.httpVersionMajor >= 2) delete headers['connection'] // HTTP/2 does not have this header
  outgoing.writeHead(response.status, headers)
  if (response.body === null || incoming.method === 'HEAD') {
    await response.body?.cancel()
    outgoing.end()
    return
  }
  outgoing.flushHeaders()
  const reader = response.body.getReader()
  const cancel = (): void => void reader.cancel().catch(() => {})
  const unwatch = servers.whenClosing(incoming, cancel)
  outgoing.once('close', () => {
    unwatch()
    cancel()
  })
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (!outgoing.write(next.value)) await drained(outgoing)
    if (outgoing.destroyed) return
  }
  outgoing.end()
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      outgoing.off('drain', settle)
      outgoing.off('close', settle)
      resolve()
    }
    outgoing.once('drain', settle)
    outgoing.once('close', settle)
  })
}
