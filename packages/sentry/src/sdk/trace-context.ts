import { randomUUID } from 'node:crypto'
import type { Annotations } from '@runwell/core'

export interface TraceContext {
  readonly traceId: string
  readonly spanId: string | undefined
  /** The trace flags of W3C Trace Context. 1 means sampled. */
  readonly traceFlags?: number | undefined
}

const traceIdForm = /^[0-9a-f]{32}$/
const spanIdForm = /^[0-9a-f]{16}$/

export function annotatedTrace(annotations: Annotations | undefined): TraceContext | undefined {
  if (!annotations) return undefined
  const { trace_id: traceId = '', span_id: spanId = '' } = annotations
  if (!traceIdForm.test(traceId)) return undefined
  return { traceId, spanId: spanIdForm.test(spanId) ? spanId : undefined }
}

export function newTrace(): TraceContext {
  // `randomUUID` is faster than `randomBytes`, because Node generates UUIDs in batches.
  return { traceId: randomUUID().replaceAll('-', ''), spanId: undefined }
}

export function newSpanId(): string {
  return randomUUID().replaceAll('-', '').slice(16)
}

/**
 * Returns Sentry's propagation context. @param isParent - true if new spans must become children of the span `spanId`
 */
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
