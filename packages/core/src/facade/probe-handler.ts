import type { IncomingMessage, ServerResponse } from 'node:http'
import { check, takes } from '../base/options.ts'
import type { ProbeVerdict } from './probes.ts'

/** What {@link probeHandler} needs of a supervisor. */
export interface ProbedSupervisor {
  live(): { readonly ok: boolean; readonly reasons: readonly string[] }
  ready(): { readonly ok: boolean; readonly reasons: readonly string[] }
  readonly startedAt: number | undefined
}

const aProbed = takes<ProbedSupervisor>('a Supervisor', (value) => {
  if (typeof value !== 'object' || value === null) return false
  const { live, ready } = value as Partial<ProbedSupervisor>
  return typeof live === 'function' && typeof ready === 'function'
})

const aResponse = takes<ServerResponse>(
  'a response of node:http (in Koa pass `ctx.req` and `ctx.res`, in a route of Fastify `request.raw` and `reply.raw`)',
  (value) => typeof (value as Partial<ServerResponse> | null)?.writeHead === 'function',
)

/**
 * Creates a handler for `/livez`, `/readyz` and `/startupz`. It responds to GET and HEAD with 200 or 503, and to GET
 * with the reasons as JSON. It ignores a query and a trailing slash.
 *
 * The handler is a listener for `node:http`, and a middleware for Express, Connect, NestJS and middie:
 * `app.use(probeHandler(supervisor))`. It may be mounted: `app.use('/health', …)` serves `/health/livez`, and
 * `app.use('/livez', …)` serves `/livez`.
 *
 * @returns a handler. It returns `true` if it has responded. It does not respond to other requests: it calls `next`, if
 * given, and returns `false`. It throws an {@link InvalidOptionError} if its second argument is not a response of
 * `node:http`.
 * @throws {@link InvalidOptionError} if `supervisor` is not a supervisor.
 */
export function probeHandler(
  supervisor: ProbedSupervisor,
): (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => boolean {
  check('supervisor', supervisor, aProbed)
  const probes: Readonly<Record<string, () => ProbeVerdict>> = {
    '/livez': () => supervisor.live(),
    '/readyz': () => supervisor.ready(),
    '/startupz': () =>
      supervisor.startedAt === undefined
        ? { ok: false, reasons: ['not started'] }
        : { ok: true, reasons: [] },
  }
  return (request, response, next) => {
    check('response', response, aResponse)
    const path = probePath(request)
    const probe = Object.hasOwn(probes, path) ? probes[path] : undefined
    if (probe === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      next?.()
      return false
    }
    const { ok, reasons } = probe()
    const body = JSON.stringify({ status: ok ? 'ok' : 'fail', reasons })
    response.writeHead(ok ? 200 : 503, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'content-length': Buffer.byteLength(body),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
    return true
  }
}

/** Returns the path of the probe. If a framework has moved `/livez` from `url` to `originalUrl`, reads it there. */
function probePath(request: IncomingMessage & { readonly originalUrl?: string }): string {
  const path = pathOf(request.url)
  if (path !== '') return path
  const mount = pathOf(request.originalUrl)
  return mount.slice(mount.lastIndexOf('/'))
}

/** Removes the query, a slash at the end, and the origin, which the URL of a request to a proxy contains. */
function pathOf(url = ''): string {
  const [path = ''] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1)
  return path.endsWith('/') ? path.slice(0, -1) : path
}
