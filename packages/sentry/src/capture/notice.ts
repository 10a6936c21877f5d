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
  | 'unhealthy'
  | 'loop-blocked'
  | 'monitor-stalled'
  | 'outage'
  | 'overflow'

export interface Notice {
  readonly kind: NoticeKind
  /** Wall time of the problem. @defaultValue the time at which the notice is sent */
  readonly at?: number | undefined
  /** `undefined` if the problem concerns several tasks or the whole process. */
  readonly info: TaskInfo | undefined
  readonly what: Error | string
  readonly level: SentryLevel
  /** `false` if the task is parked, given up or stuck, or if the shutdown has abandoned runs. */
  readonly handled: boolean
  readonly fingerprint: readonly string[]
  readonly tags?: Readonly<Record<string, string | undefined>> | undefined
  readonly context: Readonly<Record<string, unknown>>
  readonly extras?: Readonly<Record<string, unknown>> | undefined
  readonly trace?: TraceContext | undefined
  readonly isolation?: SentryScopeLike | undefined
  readonly breadcrumbs?: readonly SentryBreadcrumb[] | undefined
}

export function syntheticError(name: string, message: string, cause?: Error): Error {
  const error = cause ? new Error(message, { cause }) : new Error(message)
  error.name = name
  error.stack = `${name}: ${message}`
  return error
}

export function groupKeyOf({ kind, what }: Notice): string {
  return typeof what === 'string' ? kind : `${kind} ${errorName(what)}`
}
