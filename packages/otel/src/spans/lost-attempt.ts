import {
  type Attributes,
  ROOT_CONTEXT,
  type SpanContext,
  type SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { RunScope } from '@runwell/core'
import { attr } from '../base/attribute-keys.ts'
import { hrTimeOf } from '../base/hr-time.ts'
import { resultOf } from '../base/results.ts'
import { isFromSdk, spanContextOf } from './links.ts'
import { textsOfLost } from './run-texts.ts'

type Attempt = NonNullable<RunScope['takesOver']>

function spanOf({ annotations }: Attempt): SpanContext | undefined {
  const context = spanContextOf(annotations)
  if (context === undefined || (context.traceFlags & TraceFlags.SAMPLED) === 0) return undefined
  return { ...context, isRemote: true }
}

/**
 * Returns the parent for a run that takes over a lost attempt. If the attempt has no known end, its process has
 * probably died without exporting the span of the attempt. So this process records a span `lost {task}` instead.
 */
export function parentOf(
  scope: RunScope,
  attempt: Attempt,
  tracer: Tracer,
  kind: SpanKind,
  base: Attributes,
  recordedBy: string | undefined,
): SpanContext | undefined {
  const former = spanOf(attempt)
  if (attempt.endedAt !== undefined) return former
  const { task, trigger, scheduledAt, startedAt } = scope
  const attributes: Attributes = {
    ...base,
    ...textsOfLost(attempt.annotations),
    [attr.runTrigger]: trigger,
    [attr.runId]: attempt.runId,
    [attr.runAttempt]: attempt.attempt,
    [attr.runResult]: resultOf.cancelled,
    [attr.runAbortCause]: 'lease-lost',
    [attr.errorType]: 'lease-lost',
    [attr.supervisorInstance]: attempt.instanceId,
  }
  if (scheduledAt !== undefined) attributes[attr.taskScheduledTime] = new Date(scheduledAt).toISOString()
  if (recordedBy !== undefined) attributes[attr.runRecordedBy] = recordedBy
  const span = tracer.startSpan(
    `lost ${task.name}`,
    { root: former === undefined, kind, attributes, startTime: hrTimeOf(attempt.startedAt) },
    former === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, former),
  )
  span.setStatus({
    code: SpanStatusCode.ERROR,
    message: `process ${attempt.instanceId} died or lost its lease`,
  })
  span.end(hrTimeOf(startedAt))
  const context = span.spanContext()
  return isFromSdk(context) ? context : undefined
}
