import { randomUUID } from 'node:crypto'
import type { Annotations } from '@runwell/core'

/** The id of a trace, and the id of a span in it if the span is known. */
export interface TraceContext {
  readonly traceId: string
  readonly spanId: string | undefined
  /** The flags of W3C Trace Context. 1: the span is sampled. */
  readonly traceFlags?: number | undefined
}

const traceIdForm = /^[0-9a-f]{32}$/
const spanIdForm = /^[0-9a-f]{16}$/

/** Returns the trace from the annotations `trace_id` and `span_id`, which an observer such as `otelObserver` adds. */
export function annotatedTrace(annotations: Annotations | undefined): TraceContext | undefined {
  if (!annotations) return undefined
  const { trace_id: traceId = '', span_id: spanId = '' } = annotations
  if (!traceIdForm.test(traceId)) return undefined
  return { traceId, spanId: spanIdForm.test(spanId) ? spanId : undefined }
}

export function newTrace(): TraceContext {
  // `randomUUID` is cheaper than `randomBytes`, because Node generates UUIDs in batches.
  return { traceId: randomUUID().replaceAll('-', ''), spanId: undefined }
}

export function newSpanId(): string {
  return randomUUID().replaceAll('-', '').slice(16)
}

/** Converts a trace to Sentry's propagation context. @param isParent - whether new spans become children of the span */
export function propagationContext(
  { traceId, spanId }: TraceContext,
  isParent = false,
): { traceId: string; sampleRand: number; propagationSpanId?: string; parentSpanId?: string } {
  const sampleRand = Math.random()
  if (spanId === undefined) return { traceId, sampleRand }
  return isParent
    ? { traceId, sampleRand, parentSpanId: spanId }
    : { traceId, sampleRand, propagationSpanId: spanId }
}
