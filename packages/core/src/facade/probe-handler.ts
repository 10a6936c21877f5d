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

/**
 * Creates a `node:http` handler for `/livez`, `/readyz` and `/startupz`. It responds with 200 or 503 and the reasons as JSON.
 *
 * @returns a handler. It returns `true` if it has responded, and `false` for other paths, to which it does not respond.
 * @throws {@link InvalidOptionError} if `supervisor` is not a supervisor.
 */
export function probeHandler(
  supervisor: ProbedSupervisor,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  check('supervisor', supervisor, aProbed)
  const probes: Readonly<Record<string, () => ProbeVerdict>> = {
    '/livez': () => supervisor.live(),
    '/readyz': () => supervisor.ready(),
    '/startupz': () =>
      supervisor.startedAt === undefined
        ? { ok: false, reasons: ['not started'] }
        : { ok: true, reasons: [] },
  }
  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const probe = Object.hasOwn(probes, path) ? probes[path] : undefined
    if (probe === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false
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
