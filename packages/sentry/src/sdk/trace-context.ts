import { randomUUID } from 'node:crypto'
import type { Annotations } from '@runwell/core'

/** A place in a trace. */
export interface TracePlace {
  readonly traceId: string
  /** Absent where no span is known: then it is anywhere in the trace. */
  readonly spanId: string | undefined
}

const traceIdForm = /^[0-9a-f]{32}$/
const spanIdForm = /^[0-9a-f]{16}$/

/** The place that another observer, such as the one for OpenTelemetry, has put on a run. */
export function annotatedPlace(annotations: Annotations | undefined): TracePlace | undefined {
  if (!annotations) return undefined
  const { trace_id: traceId = '', span_id: spanId = '' } = annotations
  if (!traceIdForm.test(traceId)) return undefined
  return { traceId, spanId: spanIdForm.test(spanId) ? spanId : undefined }
}

/** A place in a trace that nobody else is in. */
export function newPlace(): TracePlace {
  // Random bytes would cost more than all the rest of a run's scope; UUIDs are made in batches.
  return { traceId: randomUUID().replaceAll('-', ''), spanId: undefined }
}

/** For an event that must name a span where there is none. */
export function newSpanId(): string {
  return randomUUID().replaceAll('-', '').slice(16)
}

/** The same place, as a Sentry scope takes it. @param isParent - what is captured there is below it, and not at it */
export function propagation(
  { traceId, spanId }: TracePlace,
  isParent = false,
): { traceId: string; sampleRand: number; propagationSpanId?: string; parentSpanId?: string } {
  const sampleRand = Math.random()
  if (spanId === undefined) return { traceId, sampleRand }
  return isParent
    ? { traceId, sampleRand, parentSpanId: spanId }
    : { traceId, sampleRand, propagationSpanId: spanId }
}
