import type { SentryClientLike, SentryLike } from './sentry-like.ts'
import type { TraceContext } from './trace-context.ts'

/**
 * The process-wide state of OpenTelemetry's API. Read directly, because the app may use any version 1.x of the API,
 * or none.
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

export function otelTracerProvider(): unknown {
  const { trace } = otelGlobal()
  return trace?.getDelegate?.() ?? trace
}

export function isSentryProvider(client: SentryClientLike | undefined, provider: unknown): boolean {
  const { traceProvider } = (client ?? {}) as { traceProvider?: unknown }
  return traceProvider !== undefined && traceProvider === provider
}

/** True if a provider of metrics or logs is registered. Then the app probably uses another OpenTelemetry SDK. */
export function hasOtherSignals(): boolean {
  return otelGlobal().metrics !== undefined || logsKey in globalThis
}

function activeOtelTrace(): TraceContext | undefined {
  const span = otelGlobal().context?.active().getValue(spanKey) as { spanContext(): TraceContext } | undefined
  if (!span) return undefined
  const { traceId, spanId, traceFlags } = span.spanContext()
  return /^0*$/.test(traceId) ? undefined : { traceId, spanId, traceFlags }
}

export function activeTrace(sentry: SentryLike): TraceContext | undefined {
  return activeOtelTrace() ?? sentry.getActiveSpan()?.spanContext()
}
