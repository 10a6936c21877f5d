import type { SentryClientLike, SentryLike } from './sentry-like.ts'
import type { TraceContext } from './trace-context.ts'

/**
 * The process-wide state of OpenTelemetry's API. It is read directly, so that the API does not have to be installed,
 * and any copy of it works.
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

/** Returns the tracer provider that is registered in this process. */
export function otelTracerProvider(): unknown {
  const { trace } = otelGlobal()
  return trace?.getDelegate?.() ?? trace
}

/** Whether the provider belongs to Sentry. */
export function isSentryProvider(client: SentryClientLike | undefined, provider: unknown): boolean {
  const { traceProvider } = (client ?? {}) as { traceProvider?: unknown }
  return traceProvider !== undefined && traceProvider === provider
}

/** Whether metrics or logs are registered: a sign of an OpenTelemetry SDK, even if its spans go to Sentry. */
export function hasOtherSignals(): boolean {
  return otelGlobal().metrics !== undefined || logsKey in globalThis
}

/** Returns the trace context of the active OpenTelemetry span, if any. */
function activeOtelTrace(): TraceContext | undefined {
  const span = otelGlobal().context?.active().getValue(spanKey) as { spanContext(): TraceContext } | undefined
  if (!span) return undefined
  const { traceId, spanId, traceFlags } = span.spanContext()
  return /^0*$/.test(traceId) ? undefined : { traceId, spanId, traceFlags }
}

/** Returns the trace context of the active OpenTelemetry span, else of the active Sentry span. */
export function activeTrace(sentry: SentryLike): TraceContext | undefined {
  return activeOtelTrace() ?? sentry.getActiveSpan()?.spanContext()
}
