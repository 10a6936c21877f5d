import {
  type Context,
  type ContextManager,
  context,
  metrics,
  propagation,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api'
import { apiLogs } from './logs-api.ts'

/** The global object in which all copies of OpenTelemetry's API keep their registrations. */
interface Registry {
  readonly version?: string
  readonly trace?: unknown
  readonly metrics?: unknown
  readonly context?: ContextManager
  readonly propagation?: unknown
  readonly logs?: unknown
}

const key = Symbol.for('opentelemetry.js.api.1')

let cached: Registry | undefined

/** Cached, because all later registrations change the same object. */
function registry(): Registry | undefined {
  cached ??= (globalThis as Record<symbol, Registry | undefined>)[key]
  return cached
}

export function registeredTracing(): unknown {
  return registry()?.trace
}

export function registeredMetrics(): unknown {
  return registry()?.metrics
}

interface LoggerProvider {
  getLogger(name: string, version: string, options: { schemaUrl: string }): { emit(record: object): void }
}

/** Before version 1.10 of `@opentelemetry/api`, the logger provider is registered in `@opentelemetry/api-logs`. */
export function registeredLogs(): LoggerProvider | undefined {
  const older = (globalThis as Record<symbol, unknown>)[logsKey]
  const provider = registry()?.logs ?? (typeof older === 'function' ? older(logsVersion) : undefined)
  return provider as LoggerProvider | undefined
}

/** Like `context.active()`, but fast enough for every run. */
export function activeContext(): Context {
  return registry()?.context?.active() ?? ROOT_CONTEXT
}

export function inContext<Arg>(context: Context, fn: (arg: Arg) => void, arg: Arg): void {
  const manager = registry()?.context
  if (manager === undefined) fn(arg)
  else manager.with<[Arg], (arg: Arg) => void>(context, fn, undefined, arg)
}

export function registered(): { readonly traces: boolean; readonly metrics: boolean } {
  const found = registry()
  return { traces: found?.trace !== undefined, metrics: found?.metrics !== undefined }
}

const logsKey = Symbol.for('io.opentelemetry.js.api.logs')
const logsVersion = 1

export function registering(register: () => void): () => void {
  const before = registrations()
  register()
  const after = registrations()
  return () => {
    const now = registrations()
    for (const name of Object.keys(after) as (keyof typeof after)[]) {
      const isOurs = after[name].value !== before[name].value && after[name].value === now[name].value
      if (isOurs && now[name].value !== undefined) now[name].disable()
    }
  }
}

function registrations() {
  const {
    trace: tracers,
    metrics: meters,
    context: manager,
    propagation: propagator,
    logs,
  } = registry() ?? {}
  const globals = globalThis as Record<symbol, unknown>
  return {
    trace: { value: tracers, disable: () => trace.disable() },
    metrics: { value: meters, disable: () => metrics.disable() },
    context: { value: manager, disable: () => context.disable() },
    propagation: { value: propagator, disable: () => propagation.disable() },
    logs: { value: logs, disable: () => apiLogs()?.disable() },
    olderLogs: { value: globals[logsKey], disable: () => void delete globals[logsKey] },
  } as const
}

/**
 * Detects an SDK that an older copy of `@opentelemetry/api` has registered. OpenTelemetry silently ignores
 * that SDK.
 *
 * @returns a warning, or `undefined` if there is no problem
 */
export function detectDuplicateApi(): string | undefined {
  const found = registry()
  if (found === undefined) return undefined
  const isTracerLost = found.trace !== undefined && trace.getTracerProvider() !== found.trace
  const isMeterLost = found.metrics !== undefined && metrics.getMeterProvider() !== found.metrics
  if (!isTracerLost && !isMeterLost) return undefined
  return (
    `Runwell: an OpenTelemetry SDK was registered by @opentelemetry/api ${found.version ?? '(unknown version)'}, which is older ` +
    'than the copy that @runwell/otel uses, so it receives no spans and no metrics. Install a single version of ' +
    '@opentelemetry/api (npm ls @opentelemetry/api shows all copies).'
  )
}
