import { isSpanContextValid, trace } from '@opentelemetry/api'
import { flagsOf } from './links.ts'

/** The trace of a run, in the field names that log back ends look for. */
export interface RunLogFields {
  readonly trace_id: string
  readonly span_id: string
  readonly trace_flags: string
}

/**
 * The ids of the active span, for the mixin of a logger: `pino({ mixin: runLogFields })`. Inside a run that is the
 * span of the run, or a child of it. An empty object where no span is active.
 */
export function runLogFields(): RunLogFields | Record<string, never> {
  const context = trace.getActiveSpan()?.spanContext()
  if (context === undefined || !isSpanContextValid(context)) return {}
  return { trace_id: context.traceId, span_id: context.spanId, trace_flags: flagsOf(context) }
}
