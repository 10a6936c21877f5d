import { Refusal } from './refusal.ts'

/**
 * Every write must have this header. Forms and images of other sites can send requests to the console, but they can't
 * set a header.
 */
const ownHeader = 'x-runwell'

/**
 * Refuses requests that pages of other sites make in a browser. Allows requests of programs such as curl, which send
 * no `Sec-Fetch-Site` and no `Origin`.
 */
export function checkSameOrigin(request: Request): void {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) {
    if (site === 'same-origin' || site === 'none') return
    throw new Refusal(403, 'Other sites may not use this console.')
  }
  const origin = request.headers.get('origin')
  if (origin === null || isOwn(origin, request)) return
  throw new Refusal(403, 'Other sites may not use this console.')
}

export function checkWrite(request: Request): void {
  checkSameOrigin(request)
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    throw new Refusal(415, 'The body must be JSON.', 'Send `Content-Type: application/json`.')
  }
  if (request.headers.get(ownHeader) === null) {
    throw new Refusal(403, `The header ${ownHeader} is missing.`, `Send \`${ownHeader}: 1\`.`)
  }
}

function isOwn(origin: string, request: Request): boolean {
  const host = request.headers.get('host') ?? new URL(request.url).host
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}
