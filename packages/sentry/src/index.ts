export type { ReportPolicy } from './episodes.ts'
export type { SentryObserverOptions } from './options.ts'
export type {
  SentryBreadcrumb,
  SentryClientLike,
  SentryEventLike,
  SentryHintLike,
  SentryLevel,
  SentryLike,
  SentryScopeLike,
} from './sentry-like.ts'
export { sentryObserver } from './sentry-observer.ts'
