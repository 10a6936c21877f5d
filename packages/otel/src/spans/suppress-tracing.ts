import { type Context, context, createContextKey } from '@opentelemetry/api'

// The SDK looks this key up before it makes a span. Keys with one description are one key, so no SDK package is needed.
const suppressed = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')

/** Calls `fn` where the SDK makes no spans, so that what an untraced run calls starts no traces of its own. */
export function withoutTracing<Result>(fn: () => Result): Result {
  const quiet: Context = context.active().setValue(suppressed, true)
  return context.with(quiet, fn)
}
