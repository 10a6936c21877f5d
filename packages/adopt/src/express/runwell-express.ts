import type { IncomingMessage, ServerResponse } from 'node:http'
import { probeHandler, type Supervisor } from '@runwell/core'
import { checkOptions, type OptionTable, trueOrFalse } from '@runwell/core/adapter'

/** Options of {@link runwellExpress}. */
export interface RunwellExpressOptions {
  /**
   * Whether to start the supervisor. It starts after the current synchronous code, so this code can still register
   * tasks. @defaultValue `true`
   */
  readonly start?: boolean | undefined
}

const table: OptionTable<RunwellExpressOptions> = { start: trueOrFalse }

/**
 * Returns a middleware for Express 4 and 5 that responds to `/livez`, `/readyz` and `/startupz`. Also starts the
 * supervisor, unless the option `start` is `false`.
 * With `app.use('/health', …)`, the paths are `/health/livez`, `/health/readyz` and `/health/startupz`.
 *
 * Express has no event for its end, so call `handleSignals(supervisor)` to stop the supervisor. If the supervisor
 * cannot start, the process ends with an unhandled rejection.
 *
 * @throws {@link InvalidOptionError} if `supervisor` or an option is invalid
 * @example app.use(runwellExpress(supervisor))
 */
export function runwellExpress(
  supervisor: Supervisor,
  options: RunwellExpressOptions = {},
): (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void {
  const handle = probeHandler(supervisor)
  checkOptions('runwellExpress', options, table)
  if (options.start !== false) setImmediate(() => void startOnce(supervisor))
  return (request, response, next) => void handle(request, response, next)
}

async function startOnce(supervisor: Supervisor): Promise<void> {
  if (supervisor.report().phase === 'new') await supervisor.start()
}
