import { type Context, context, createContextKey } from '@opentelemetry/api'

// The SDK reads this key before it creates a span. Keys with the same description are equal, so no SDK package is
// needed.
const suppressed = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')

/** Calls `fn` in a context where the SDK creates no spans, so that calls of an untraced run start no traces. */
export function suppressTracing<Result>(fn: () => Result): Result {
  const quiet: Context = context.active().setValue(suppressed, true)
  return context.with(quiet, fn)
}
