import type { TaskInfo } from '@runwell/core'
import { errorName } from '@runwell/core/adapter'
import type { SentryBreadcrumb, SentryLevel, SentryScopeLike } from '../sdk/sentry-like.ts'
import type { TraceContext } from '../sdk/trace-context.ts'

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

/** The content of one Sentry event. */
export interface Notice {
  readonly kind: NoticeKind
  /** Wall time of the problem. @defaultValue the time at which the notice is sent */
  readonly at?: number | undefined
  /** `undefined` if the problem concerns several tasks or the whole process. */
  readonly info: TaskInfo | undefined
  /** An error becomes an exception event, a text becomes a message event. */
  readonly what: Error | string
  readonly level: SentryLevel
  /** `false` if the task no longer runs, or the shutdown abandoned its run. */
  readonly handled: boolean
  readonly fingerprint: readonly string[]
  readonly tags?: Readonly<Record<string, string | undefined>> | undefined
  readonly context: Readonly<Record<string, unknown>>
  readonly extras?: Readonly<Record<string, unknown>> | undefined
  readonly trace?: TraceContext | undefined
  /** The isolation scope of the run, with the tags and breadcrumbs of the app. */
  readonly isolation?: SentryScopeLike | undefined
  readonly breadcrumbs?: readonly SentryBreadcrumb[] | undefined
}

/** Creates an error without a call stack, which would show only this package. */
export function syntheticError(name: string, message: string, cause?: Error): Error {
  const error = cause ? new Error(message, { cause }) : new Error(message)
  error.name = name
  error.stack = `${name}: ${message}`
  return error
}

/** Notices with equal keys probably have the same cause. */
export function groupKeyOf({ kind, what }: Notice): string {
  return typeof what === 'string' ? kind : `${kind} ${errorName(what)}`
}
