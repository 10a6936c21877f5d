import { isSpanContextValid, type Link, type SpanContext, TraceFlags } from '@opentelemetry/api'
import type { Annotations } from '@runwell/core'
import { attr, type LinkType } from '../names.ts'

/** What a span leaves on its run, so that log lines, history rows and reports of that run can name its trace. */
export function annotationsOf(context: SpanContext): Annotations {
  return {
    trace_id: context.traceId,
    span_id: context.spanId,
    trace_flags: context.traceFlags.toString(16).padStart(2, '0'),
  }
}

/** The span that annotated a run, or nothing where that run had none. */
export function contextOf(annotations: Annotations | undefined): SpanContext | undefined {
  const traceId = annotations?.['trace_id']
  const spanId = annotations?.['span_id']
  if (traceId === undefined || spanId === undefined) return undefined
  const flags = Number.parseInt(annotations?.['trace_flags'] ?? '', 16)
  const context = { traceId, spanId, traceFlags: Number.isNaN(flags) ? TraceFlags.NONE : flags }
  return isSpanContextValid(context) ? context : undefined
}

export function linkTo(context: SpanContext, type: LinkType): Link {
  return { context, attributes: { [attr.linkType]: type } }
}
