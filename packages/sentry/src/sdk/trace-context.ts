import { randomUUID } from 'node:crypto'
import type { Annotations } from '@runwell/core'

/** A trace, and if known a span in it. */
export interface TraceContext {
  readonly traceId: string
  /** Absent if no span is known. */
  readonly spanId: string | undefined
  /** The flags of the trace. With 1, the span is sampled. */
  readonly traceFlags?: number | undefined
}

const traceIdForm = /^[0-9a-f]{32}$/
const spanIdForm = /^[0-9a-f]{16}$/

/** Returns the trace in the annotations of a run, which an observer such as `otelObserver` adds. */
export function annotatedTrace(annotations: Annotations | undefined): TraceContext | undefined {
  if (!annotations) return undefined
  const { trace_id: traceId = '', span_id: spanId = '' } = annotations
  if (!traceIdForm.test(traceId)) return undefined
  return { traceId, spanId: spanIdForm.test(spanId) ? spanId : undefined }
}

/** Returns a new trace. */
export function newTrace(): TraceContext {
  // `randomUUID` is cheaper than `randomBytes`, because Node generates UUIDs in batches.
  return { traceId: randomUUID().replaceAll('-', ''), spanId: undefined }
}

/** Returns a random span id, for an event without a span. */
export function newSpanId(): string {
  return randomUUID().replaceAll('-', '').slice(16)
}

/** Converts a trace to Sentry's propagation context. @param isParent - captured events become children of the span */
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
