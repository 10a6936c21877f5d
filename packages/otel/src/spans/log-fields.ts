import { isSpanContextValid, trace } from '@opentelemetry/api'
import { flagsOf } from './links.ts'

/** The ids of a span, with the field names that log backends expect. */
export interface RunLogFields {
  readonly trace_id: string
  readonly span_id: string
  readonly trace_flags: string
}

/**
 * Returns the ids of the active span, for the log lines of a logger: `pino({ mixin: runLogFields })`. Returns an
 * empty object if no span is active, for example in a loop outside of its units.
 */
export function runLogFields(): RunLogFields | Record<string, never> {
  const context = trace.getActiveSpan()?.spanContext()
  if (context === undefined || !isSpanContextValid(context)) return {}
  return { trace_id: context.traceId, span_id: context.spanId, trace_flags: flagsOf(context) }
}
