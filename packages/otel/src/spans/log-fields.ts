import { isSpanContextValid, trace } from '@opentelemetry/api'
import { flagsOf } from './links.ts'

/** Trace ids in the field names that log backends expect. */
export interface RunLogFields {
  readonly trace_id: string
  readonly span_id: string
  readonly trace_flags: string
}

/**
 * Returns the ids of the active span for the mixin of a logger: `pino({ mixin: runLogFields })`. Empty if no
 * span is active, as in a loop outside its units.
 */
export function runLogFields(): RunLogFields | Record<string, never> {
  const context = trace.getActiveSpan()?.spanContext()
  if (context === undefined || !isSpanContextValid(context)) return {}
  return { trace_id: context.traceId, span_id: context.spanId, trace_flags: flagsOf(context) }
}
