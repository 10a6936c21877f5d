import { randomBytes } from 'node:crypto'
import type { Annotations } from '@runwell/core'

/** A place in a trace. */
export interface TracePlace {
  readonly traceId: string
  readonly spanId: string
}

const traceIdForm = /^[0-9a-f]{32}$/
const spanIdForm = /^[0-9a-f]{16}$/

/** The place that another observer, such as the one for OpenTelemetry, has put on a run. */
export function annotatedPlace(annotations: Annotations | undefined): TracePlace | undefined {
  const { trace_id: traceId = '', span_id: spanId = '' } = annotations ?? {}
  if (!traceIdForm.test(traceId)) return undefined
  return { traceId, spanId: spanIdForm.test(spanId) ? spanId : randomHex(8) }
}

/** A place in a trace that nobody else is in. */
export function newPlace(): TracePlace {
  return { traceId: randomHex(16), spanId: randomHex(8) }
}

/** The same place, as a Sentry scope takes it. @param isParent - what is captured there is below it, and not at it */
export function propagation(
  { traceId, spanId }: TracePlace,
  isParent = false,
): { traceId: string; sampleRand: number; propagationSpanId?: string; parentSpanId?: string } {
  const sampleRand = Math.random()
  return isParent
    ? { traceId, sampleRand, parentSpanId: spanId }
    : { traceId, sampleRand, propagationSpanId: spanId }
}

function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}
