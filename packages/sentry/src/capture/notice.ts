import type { TaskInfo } from '@runwell/core'
import { errorName } from '@runwell/core/adapter'
import type { SentryBreadcrumb, SentryLevel, SentryScopeLike } from '../sdk/sentry-like.ts'
import type { TraceContext } from '../sdk/trace-context.ts'

/** The problem that a notice reports. Becomes the tag `runwell.kind` of the event. */
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

/** The content of one Sentry event. May be sent later, outside of the run that it is about. */
export interface Notice {
  readonly kind: NoticeKind
  /** The wall time at which the problem happened. @defaultValue the time at which the notice is sent */
  readonly at?: number | undefined
  /** The task with the problem. `undefined` if the problem is of several tasks or of the process. */
  readonly info: TaskInfo | undefined
  /** An error becomes an exception event, a text becomes a message event. */
  readonly what: Error | string
  readonly level: SentryLevel
  /** `false` if the task no longer runs because of the problem, or the run was abandoned at shutdown. */
  readonly handled: boolean
  readonly fingerprint: readonly string[]
  /** Further tags. The tags of the task are added when the notice is captured. */
  readonly tags?: Readonly<Record<string, string | undefined>> | undefined
  /** The fields of the context `runwell`. */
  readonly context: Readonly<Record<string, unknown>>
  readonly extras?: Readonly<Record<string, unknown>> | undefined
  readonly trace?: TraceContext | undefined
  /** The isolation scope of the run. Contains the tags and breadcrumbs that the app has set during the run. */
  readonly isolation?: SentryScopeLike | undefined
  readonly breadcrumbs?: readonly SentryBreadcrumb[] | undefined
}

/** Creates an error for a problem that no code has thrown. It has no call stack: that would show only this package. */
export function syntheticError(name: string, message: string, cause?: Error): Error {
  const error = cause ? new Error(message, { cause }) : new Error(message)
  error.name = name
  error.stack = `${name}: ${message}`
  return error
}

/** Returns a key from the kind and the error name. Notices of different tasks with one key probably have one cause. */
export function groupKeyOf({ kind, what }: Notice): string {
  return typeof what === 'string' ? kind : `${kind} ${errorName(what)}`
}
