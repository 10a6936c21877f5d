import type { SentryBreadcrumb, SentryLevel, SentryScopeLike } from './sentry-like.ts'
import type { TracePlace } from './trace-place.ts'

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
  /** An error, or, for a message, its text. */
  readonly what: Error | string
  readonly level: SentryLevel
  /** `false` where the task is gone because of it. */
  readonly handled: boolean
  readonly fingerprint: readonly string[]
  readonly tags: Readonly<Record<string, string | undefined>>
  /** The context `runwell` of the event. */
  readonly context: Readonly<Record<string, unknown>>
  readonly extras?: Readonly<Record<string, unknown>> | undefined
  readonly trace: TracePlace | undefined
  /** The isolation scope of the run: what the app has put on it belongs to the event. */
  readonly isolation: SentryScopeLike | undefined
  readonly breadcrumbs: readonly SentryBreadcrumb[]
}
