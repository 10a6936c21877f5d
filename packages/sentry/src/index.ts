export type { ObserverClock } from './base/clock.ts'
export type { ReportPolicy } from './capture/failure-streaks.ts'
export type { CronsOption } from './crons/cron-monitors.ts'
export type { MonitorOptions } from './crons/monitor-plan.ts'
export type {
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
  SentryResponseLike,
  SentryScopeLike,
  SentrySpanLike,
  SentrySpanOptions,
} from './sdk/sentry-like.ts'
export { sentryObserver } from './sentry-observer.ts'
export type { SentryObserverOptions } from './setup/options.ts'
export type { SpansOption } from './spans/run-spans.ts'
