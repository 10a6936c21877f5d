import { createHash } from 'node:crypto'
import { Refusal } from '../access/refusal.ts'

/** The page may load only the console's own scripts and styles. Other pages may not embed the console. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

export const safeHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-runwell': '1', // the command `runwell` recognises a console by this header
}

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: {
      ...safeHeaders,
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
      ...headers,
    },
  })
}

export function jsonWithTag(request: Request, value: unknown): Response {
  const body = JSON.stringify(value)
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  const headers = { ...safeHeaders, 'cache-control': 'no-cache', etag: tag }
  if (request.headers.get('if-none-match') === tag) return new Response(null, { status: 304, headers })
  return new Response(body, { headers: { ...headers, 'content-type': 'application/json; charset=utf-8' } })
}

export function file(type: string, body: string, cacheControl: string): Response {
  return new Response(body, {
    headers: { ...safeHeaders, 'cache-control': cacheControl, 'content-type': type },
  })
}

export function stream(body: ReadableStream<Uint8Array>): Response {
  const headers = {
    ...safeHeaders,
    'cache-control': 'no-store, no-transform',
    'content-type': 'text/event-stream; charset=utf-8',
    // When the stream has ended, a server that closes must not wait for another request on this connection.
    connection: 'close',
    'x-accel-buffering': 'no', // without this header, nginx would buffer the events
  }
  return new Response(body, { headers })
}

/**
 * The client gets the message of a `Refusal`. Other errors go to `warn`, and the client gets only a general message.
 */
export function refused(error: unknown, warn: (text: string) => void): Response {
  if (error instanceof Refusal) return json(error.problem, error.status, error.headers)
  warn(
    `The console could not answer a request: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  )
  return json({ error: 'The console could not answer. The process has logged why.' }, 500)
}
