export type { ObserverClock } from './clock.ts'
export type { CronOptions } from './crons/monitor.ts'
export type { CronsOption } from './crons/monitors.ts'
export type { ReportPolicy } from './episodes.ts'
export type { SentryObserverOptions } from './options.ts'
export type { SpansOption } from './run-spans.ts'
export type {
  SentryAnswerLike,
  SentryBreadcrumb,
  SentryCheckIn,
  SentryClientLike,
  SentryEventLike,
  SentryHintLike,
  SentryLevel,
  SentryLike,
  SentryLoggerLike,
  SentryMetricsLike,
  SentryMonitorConfig,
  SentryMonitorSchedule,
  SentryScopeLike,
  SentrySpanLike,
  SentrySpanOptions,
} from './sentry-like.ts'
export { sentryObserver } from './sentry-observer.ts'
