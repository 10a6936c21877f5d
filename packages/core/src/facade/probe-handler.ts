import type { IncomingMessage, ServerResponse } from 'node:http'
import { check, takes } from '../base/options.ts'
import type { ProbeVerdict } from './probes.ts'

/** The members of a supervisor that {@link probeHandler} uses. */
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
 * Creates a handler for `/livez`, `/readyz` and `/startupz`. The handler responds to GET and HEAD with status 200 or
 * 503. The response to GET contains the reasons as JSON.
 *
 * Call the handler in a listener of `node:http`, or use it as middleware of Express, Connect, NestJS or middie:
 * `app.use('/health', probeHandler(supervisor))`.
 *
 * @returns a handler that returns `true` if it has sent a response. For any other request, the handler calls `next`,
 * if given, and returns `false`.
 * @throws `InvalidOptionError` if `supervisor` is not a supervisor
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

/** If the handler is mounted at `/livez` itself, `url` is only `/`. Then `originalUrl` contains `/livez`. */
function probePath(request: IncomingMessage & { readonly originalUrl?: string }): string {
  const path = pathOf(request.url)
  if (path !== '') return path
  const mount = pathOf(request.originalUrl)
  return mount.slice(mount.lastIndexOf('/'))
}

/** A client that uses a proxy sends the whole address, such as `http://host/livez`. */
function pathOf(url = ''): string {
  const [path = ''] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1)
  return path.endsWith('/') ? path.slice(0, -1) : path
}
