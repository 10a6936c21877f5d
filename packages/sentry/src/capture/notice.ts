import type { TaskInfo } from '@runwell/core'
import { errorName } from '@runwell/core/adapter'
import type { SentryBreadcrumb, SentryLevel, SentryScopeLike } from '../sdk/sentry-like.ts'
import type { TraceContext } from '../sdk/trace-context.ts'

/** The kind of a notice, which becomes the tag `runwell.kind` of the event. */
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

/** A complete event for Sentry, which needs nothing from the active scope. */
export interface Notice {
  readonly kind: NoticeKind
  /** When the reported problem happened (wall time). The notice may be sent later. @defaultValue now */
  readonly at?: number | undefined
  /** The task that it concerns; absent if it concerns several tasks or the process. */
  readonly info: TaskInfo | undefined
  /** An error, or the text of a message. */
  readonly what: Error | string
  readonly level: SentryLevel
  /** `false` if the task no longer runs because of it. */
  readonly handled: boolean
  readonly fingerprint: readonly string[]
  /** Tags in addition to those of the task. */
  readonly tags?: Readonly<Record<string, string | undefined>> | undefined
  /** The `runwell` context of the event. */
  readonly context: Readonly<Record<string, unknown>>
  readonly extras?: Readonly<Record<string, unknown>> | undefined
  readonly trace?: TraceContext | undefined
  /** The isolation scope of the run, with the tags and breadcrumbs that the app set. */
  readonly isolation?: SentryScopeLike | undefined
  readonly breadcrumbs?: readonly SentryBreadcrumb[] | undefined
}

/** Creates an error for a problem that no code threw. Its call stack is removed: it would show only this package. */
export function syntheticError(name: string, message: string, cause?: Error): Error {
  const error = cause ? new Error(message, { cause }) : new Error(message)
  error.name = name
  error.stack = `${name}: ${message}`
  return error
}

/** Returns the kind and error name of a notice. Notices with the same key probably have the same cause. */
export function groupKeyOf({ kind, what }: Notice): string {
  return typeof what === 'string' ? kind : `${kind} ${errorName(what)}`
}
