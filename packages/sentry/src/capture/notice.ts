import type { TaskInfo } from '@runwell/core'
import type { SentryBreadcrumb, SentryLevel, SentryScopeLike } from '../sdk/sentry-like.ts'
import type { TracePlace } from '../sdk/trace-context.ts'

/** What a notice tells. It is the tag `runwell.kind` of the event. */
export type NoticeKind =
  | 'failure'
  | 'recovery'
  | 'gave-up'
  | 'parked'
  | 'stuck'
  | 'abandoned'
  | 'loop-blocked'
  | 'monitor-stalled'
  | 'outage'
  | 'overflow'

/** One event for Sentry, complete: nothing of it is left to the scope that happens to be active. */
export interface Notice {
  readonly kind: NoticeKind
  /** The task that it is about; absent where it is about many, or about the process. */
  readonly info: TaskInfo | undefined
  /** An error, or, for a message, its text. */
  readonly what: Error | string
  readonly level: SentryLevel
  /** `false` where the task is gone because of it. */
  readonly handled: boolean
  readonly fingerprint: readonly string[]
  /** Besides those of the task. */
  readonly tags?: Readonly<Record<string, string | undefined>> | undefined
  /** The context `runwell` of the event. */
  readonly context: Readonly<Record<string, unknown>>
  readonly extras?: Readonly<Record<string, unknown>> | undefined
  readonly trace?: TracePlace | undefined
  /** The isolation scope of the run: what the app has put on it belongs to the event. */
  readonly isolation?: SentryScopeLike | undefined
  readonly breadcrumbs?: readonly SentryBreadcrumb[] | undefined
}

/** An error that stands for something that nobody threw. Its stack would only show this package, so it has none. */
export function incident(name: string, message: string, cause?: Error): Error {
  const error = cause ? new Error(message, { cause }) : new Error(message)
  error.name = name
  error.stack = `${name}: ${message}`
  return error
}

/** The class of what a notice tells: its kind, and of an error its name. What has the same class may have one cause. */
export function classOf({ kind, what }: Notice): string {
  return typeof what === 'string' ? kind : `${kind} ${errorName(what)}`
}

export function errorName(error: Error): string {
  return error.name || error.constructor.name || 'Error'
}
