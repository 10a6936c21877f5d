import {
  type Attributes,
  INVALID_TRACEID,
  type Link,
  type Span,
  type SpanContext,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import type { Annotations } from '@runwell/core'
import { attr, type LinkType } from '../base/attribute-keys.ts'

export function annotationsOf(context: SpanContext): Annotations {
  return {
    trace_id: context.traceId,
    span_id: context.spanId,
    trace_flags: flagsOf(context),
  }
}

export function flagsOf({ traceFlags }: SpanContext): string {
  if (traceFlags === TraceFlags.SAMPLED) return '01'
  return traceFlags.toString(16).padStart(2, '0')
}

export function spanContextOf(annotations: Annotations | undefined): SpanContext | undefined {
  if (annotations === undefined) return undefined
  const traceId = annotations['trace_id']
  const spanId = annotations['span_id']
  // Only the lengths are checked. A check of each character would take too much time for every run.
  if (traceId?.length !== 32 || spanId?.length !== 16) return undefined
  const flags = annotations['trace_flags']
  const traceFlags = flags === '01' ? TraceFlags.SAMPLED : Number.parseInt(flags ?? '', 16) || TraceFlags.NONE
  return { traceId, spanId, traceFlags }
}

/**
 * Returns the active span as the caller of a run. If the run may happen in another process, returns only the ids of
 * the span.
 */
export function captured(span: Span | undefined, asTexts: boolean): Span | Annotations | undefined {
  return asTexts && span ? annotationsOf(span.spanContext()) : span
}

export function callerFrom(caller: unknown): Span | undefined {
  if (typeof caller !== 'object' || caller === null) return undefined
  if ('spanContext' in caller) return caller as Span
  const context = spanContextOf(caller as Annotations)
  return context && trace.wrapSpanContext({ ...context, isRemote: true })
}

/** Without an SDK, the API creates spans without valid ids. */
export function isFromSdk({ traceId }: SpanContext): boolean {
  return traceId !== INVALID_TRACEID
}

export function linkTo(context: SpanContext, type: LinkType): Link {
  return { context, attributes: ofType[type] }
}

/** All links share these objects, because SDKs copy attributes. */
const ofType: { readonly [Type in LinkType]: Attributes } = {
  supervisor: { [attr.linkType]: 'supervisor' },
  previous_run: { [attr.linkType]: 'previous_run' },
  generation: { [attr.linkType]: 'generation' },
  trigger: { [attr.linkType]: 'trigger' },
  run: { [attr.linkType]: 'run' },
}
