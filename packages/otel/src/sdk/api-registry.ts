import { type Context, type ContextManager, metrics, ROOT_CONTEXT, trace } from '@opentelemetry/api'

/** Where all copies of the API of one major version meet. */
interface Registry {
  readonly version?: string
  readonly trace?: unknown
  readonly metrics?: unknown
  readonly context?: ContextManager
}

const key = Symbol.for('opentelemetry.js.api.1')

let made: Registry | undefined

/** The first registration makes it; the later ones change what is in it. */
function registry(): Registry | undefined {
  made ??= (globalThis as Record<symbol, Registry | undefined>)[key]
  return made
}

/**
 * What is registered now, by whatever copy of the API: as long as it is the same, so is what the API hands out. Asked with
 * each run, where the API itself would look into the global object and compare versions each time.
 */
export function registeredTracing(): unknown {
  return registry()?.trace
}

/** The same of metrics. */
export function registeredMetrics(): unknown {
  return registry()?.metrics
}

/** As `context.active()`, for the path of every run; of whatever copy of the API has registered the manager. */
export function activeContext(): Context {
  return registry()?.context?.active() ?? ROOT_CONTEXT
}

/** As `context.with()`, for the path of every run: calls `fn` where `context` is the active one. */
export function inContext<Arg>(context: Context, fn: (arg: Arg) => void, arg: Arg): void {
  const manager = registry()?.context
  if (manager === undefined) fn(arg)
  else manager.with<[Arg], (arg: Arg) => void>(context, fn, undefined, arg)
}

/** Which providers somebody has registered in this process. */
export function registered(): { readonly traces: boolean; readonly metrics: boolean } {
  const found = registry()
  return { traces: found?.trace !== undefined, metrics: found?.metrics !== undefined }
}

/**
 * Finds the one fault of a set-up that no error tells of: an SDK registered itself with a copy of `@opentelemetry/api`
 * that is older than the copy this package uses. Then the registration is refused, and spans and metrics go nowhere.
 *
 * @returns a sentence for the user, or nothing where all is well (or no SDK is registered).
 */
export function apiTrap(): string | undefined {
  const found = registry()
  if (found === undefined) return undefined
  const isTracerLost = found.trace !== undefined && trace.getTracerProvider() !== found.trace
  const isMeterLost = found.metrics !== undefined && metrics.getMeterProvider() !== found.metrics
  if (!isTracerLost && !isMeterLost) return undefined
  return (
    `Runwell: an OpenTelemetry SDK was registered by @opentelemetry/api ${found.version ?? '(unknown version)'}, which is older ` +
    'than the copy that @runwell/otel uses, so no span and no metric reaches it. Install one version of ' +
    '@opentelemetry/api for all (npm ls @opentelemetry/api shows them).'
  )
}
