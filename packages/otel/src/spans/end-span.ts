import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api'
import type { RunResult } from '@runwell/core'
import { cutText } from '@runwell/core/adapter'
import { attr } from '../base/attribute-keys.ts'
import { errorType, isErrorResult, resultOf } from '../base/results.ts'
import type { ExceptionSource, RecordException } from './exceptions.ts'

/** Backends truncate or refuse longer messages. */
const messageChars = 1024

export function endSpan(
  span: Span,
  result: RunResult,
  record: RecordException,
  ended: ExceptionSource,
  texts: Attributes | undefined,
): void {
  try {
    if (texts !== undefined) span.setAttributes(texts)
    if (span.isRecording()) describeEnd(span, result, record, ended)
  } finally {
    span.end(ended.at)
  }
}

function describeEnd(span: Span, ending: RunResult, record: RecordException, ended: ExceptionSource): void {
  const result = resultOf[ending.outcome]
  span.setAttribute(attr.runResult, result)
  if (ending.abortedFor !== undefined) span.setAttribute(attr.runAbortCause, ending.abortedFor)
  if (ending.rule !== undefined) span.setAttribute(attr.rule, ending.rule)
  if (ending.attempt > 1) span.setAttribute(attr.runAttempt, ending.attempt)
  if (!isErrorResult(result)) return
  span.setAttribute(attr.errorType, errorType(ending.error, result))
  span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(ending.error, result) })
  if (ending.error !== undefined) record(span, ending.error, 'run.exception', ended)
}

function messageOf(error: Error | undefined, otherwise: string): string {
  const message: unknown = error?.message
  return typeof message === 'string' && message !== '' ? cutText(message, messageChars) : otherwise
}
