import type { SentryClientLike } from './sentry-like.ts'
import type { TracePlace } from './trace-context.ts'

/**
 * What OpenTelemetry's API keeps for the whole process. It is read from where it lies, so that the API need not be
 * installed, and one copy of it is as good as another.
 */
interface OtelGlobal {
  readonly trace?: { getDelegate?(): unknown }
  readonly metrics?: unknown
  readonly context?: { active(): { getValue(key: symbol): unknown } }
}

const globalKey = Symbol.for('opentelemetry.js.api.1')
const logsKey = Symbol.for('io.opentelemetry.js.api.logs')
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN')

function otelGlobal(): OtelGlobal {
  return (globalThis as { [globalKey]?: OtelGlobal })[globalKey] ?? {}
}

/** The tracer provider that the process has registered. */
export function otelTracerProvider(): unknown {
  const { trace } = otelGlobal()
  return trace?.getDelegate?.() ?? trace
}

/** Whether that provider is Sentry's own. */
export function isSentryProvider(client: SentryClientLike | undefined, provider: unknown): boolean {
  const { traceProvider } = (client ?? {}) as { traceProvider?: unknown }
  return traceProvider !== undefined && traceProvider === provider
}

/** Whether the process has registered metrics or logs: it has an SDK, then, whoever took its spans. */
export function hasOtherSignals(): boolean {
  return otelGlobal().metrics !== undefined || logsKey in globalThis
}

/** Where the active span is, whoever made it. */
export function activeOtelPlace(): TracePlace | undefined {
  const span = otelGlobal().context?.active().getValue(spanKey) as { spanContext(): TracePlace } | undefined
  if (!span) return undefined
  const { traceId, spanId } = span.spanContext()
  return /^0*$/.test(traceId) ? undefined : { traceId, spanId }
}
