import type { ProbedSupervisor } from '@runwell/core'
import { checkOptions, type OptionTable } from '@runwell/core/adapter'
import type { MiddlewareHandler } from 'hono'
import { aPrefix, prefixOf } from '../base/a-prefix.ts'
import { probeResponses } from '../base/probe-response.ts'

/** Options of {@link runwellHono}. */
export interface RunwellHonoOptions {
  /**
   * Prefix of the probe paths. With `/health`, the paths are `/health/livez`, `/health/readyz` and
   * `/health/startupz`. @defaultValue no prefix
   */
  readonly prefix?: string | undefined
}

const table: OptionTable<RunwellHonoOptions> = { prefix: aPrefix }

/**
 * Returns a middleware for Hono 4 that responds to `/livez`, `/readyz` and `/startupz`.
 *
 * Call `supervisor.start()` and `handleSignals(supervisor)` yourself, because Hono has no events for its
 * start and end.
 *
 * @throws {@link InvalidOptionError} if `supervisor` or an option is invalid
 * @example app.use(runwellHono(supervisor))
 */
export function runwellHono(
  supervisor: ProbedSupervisor,
  options: RunwellHonoOptions = {},
): MiddlewareHandler {
  const respond = probeResponses(supervisor)
  checkOptions('runwellHono', options, table)
  const prefix = prefixOf(options.prefix)
  return async ({ req }, next) => {
    const probe = req.path.startsWith(`${prefix}/`)
      ? respond(req.method, req.path.slice(prefix.length))
      : undefined
    if (probe === undefined) return next()
    const { status, headers, body } = probe
    return new Response(body ?? null, { status, headers })
  }
}
