import { isSpanContextValid, trace } from '@opentelemetry/api'
import { flagsOf } from './links.ts'

/** Trace ids in the field names that log backends expect. */
export interface RunLogFields {
  readonly trace_id: string
  readonly span_id: string
  readonly trace_flags: string
}

/**
 * Returns the ids of the active span, for the mixin of a logger: `pino({ mixin: runLogFields })`. Inside a traced run
 * or unit, the active span is that of the run or unit, or a child of it. A loop has an active span of Runwell only
 * inside its units. Returns an empty object if no span is active.
 */
export function runLogFields(): RunLogFields | Record<string, never> {
  const context = trace.getActiveSpan()?.spanContext()
  if (context === undefined || !isSpanContextValid(context)) return {}
  return { trace_id: context.traceId, span_id: context.spanId, trace_flags: flagsOf(context) }
}
