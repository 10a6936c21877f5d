import { type Attributes, INVALID_TRACEID, type Link, type SpanContext, TraceFlags } from '@opentelemetry/api'
import type { Annotations } from '@runwell/core'
import { attr, type LinkType } from '../base/attribute-keys.ts'

/** What a span leaves on its run, so that log lines, history rows and reports of that run can name its trace. */
export function annotationsOf(context: SpanContext): Annotations {
  return {
    trace_id: context.traceId,
    span_id: context.spanId,
    trace_flags: flagsOf(context),
  }
}

/** The flags as two hexadecimal digits. */
export function flagsOf({ traceFlags }: SpanContext): string {
  if (traceFlags === TraceFlags.SAMPLED) return '01'
  return traceFlags.toString(16).padStart(2, '0')
}

/** The span that annotated a run, or nothing where that run had none. */
export function contextOf(annotations: Annotations | undefined): SpanContext | undefined {
  if (annotations === undefined) return undefined
  const traceId = annotations['trace_id']
  const spanId = annotations['span_id']
  // Their lengths are enough to know them for ids: whoever wrote these keys wrote ids, and this is on the path of runs.
  if (traceId?.length !== 32 || spanId?.length !== 16) return undefined
  const flags = annotations['trace_flags']
  const traceFlags = flags === '01' ? TraceFlags.SAMPLED : Number.parseInt(flags ?? '', 16) || TraceFlags.NONE
  return { traceId, spanId, traceFlags }
}

/** Whether an SDK has made the span: the API alone hands out spans without ids. */
export function isMade({ traceId }: SpanContext): boolean {
  return traceId !== INVALID_TRACEID
}

export function linkTo(context: SpanContext, type: LinkType): Link {
  return { context, attributes: ofType[type] }
}

/** Made once: SDKs copy what they are given. */
const ofType: { readonly [Type in LinkType]: Attributes } = {
  supervisor: { [attr.linkType]: 'supervisor' },
  previous_run: { [attr.linkType]: 'previous_run' },
  generation: { [attr.linkType]: 'generation' },
  trigger: { [attr.linkType]: 'trigger' },
  run: { [attr.linkType]: 'run' },
}
