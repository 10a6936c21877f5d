/** How bad, in Sentry's words. */
export type SentryLevel = 'fatal' | 'error' | 'warning' | 'log' | 'info' | 'debug'

/** A note on the way to an event. */
export interface SentryBreadcrumb {
  category?: string
  message?: string
  level?: SentryLevel
  /** Seconds since 1970. */
  timestamp?: number
  data?: Record<string, unknown>
}

/** What an event processor may read and mend. */
export interface SentryEventLike {
  contexts?: Record<string, Record<string, unknown> | undefined>
  breadcrumbs?: SentryBreadcrumb[]
}

/** What goes with an error when it is captured. */
export interface SentryHintLike {
  mechanism?: { type: string; handled: boolean }
}

/** The part of a Sentry scope that is used here. */
export interface SentryScopeLike {
  clone(): SentryScopeLike
  setTags(tags: Record<string, string>): unknown
  setExtras(extras: Record<string, unknown>): unknown
  setContext(name: string, context: Record<string, unknown> | null): unknown
  setLevel(level: SentryLevel): unknown
  setFingerprint(fingerprint: string[]): unknown
  setPropagationContext(context: { traceId: string; sampleRand: number; propagationSpanId?: string }): unknown
  addBreadcrumb(breadcrumb: SentryBreadcrumb): unknown
  addEventProcessor(processor: (event: SentryEventLike) => SentryEventLike): unknown
  captureException(error: unknown, hint?: SentryHintLike): string
  captureMessage(message: string): string
}

/** When the runs of a monitor are expected. */
export type SentryMonitorSchedule =
  | { type: 'crontab'; value: string }
  | { type: 'interval'; value: number; unit: 'year' | 'month' | 'week' | 'day' | 'hour' | 'minute' }

/** What goes with each check-in, so that the monitor is made and kept up to date by itself. Times are minutes. */
export interface SentryMonitorConfig {
  schedule: SentryMonitorSchedule
  checkinMargin?: number
  maxRuntime?: number
  timezone?: string
  failureIssueThreshold?: number
  recoveryThreshold?: number
}

/** What a monitor is told. */
export interface SentryCheckIn {
  monitorSlug: string
  status: 'in_progress' | 'ok' | 'error'
  checkInId: string
  /** Seconds. */
  duration?: number
}

/** What Sentry answered to an envelope; empty when it was never sent, or the connection broke. */
export interface SentryAnswerLike {
  statusCode?: number
  headers?: { [key: string]: string | null }
}

/** The part of a Sentry client that is used here. */
export interface SentryClientLike {
  getOptions(): object
  /** Its last parameter is a scope; `never` lets the scopes of all versions through. */
  captureCheckIn?: ((checkIn: SentryCheckIn, config: SentryMonitorConfig, scope: never) => string) | undefined
  sendEnvelope(envelope: never): PromiseLike<SentryAnswerLike>
}

/** The part of a Sentry span that is used here. */
export interface SentrySpanLike {
  spanContext(): { traceId: string; spanId: string }
  setAttributes(attributes: Record<string, string | number | boolean | undefined>): unknown
  setStatus(status: { code: 0 | 1 | 2; message?: string }): unknown
  end(endTime?: number): void
}

/** How a span begins. */
export interface SentrySpanOptions {
  name: string
  op: string
  /** `null`: none, whatever is active. */
  parentSpan: null
  forceTransaction: true
  attributes: Record<string, string | number | boolean | undefined>
  /** Seconds since 1970. */
  startTime?: number
}

type Attributes = Record<string, string | number | boolean>

/** Sentry's metrics. */
export interface SentryMetricsLike {
  count(name: string, value: number, options: { attributes: Attributes; unit?: string }): void
  gauge(name: string, value: number, options: { attributes: Attributes; unit?: string }): void
}

/** Sentry's logs. */
export interface SentryLoggerLike {
  info(message: string, attributes: Attributes): void
  warn(message: string, attributes: Attributes): void
  error(message: string, attributes: Attributes): void
}

/**
 * The part of the `Sentry` namespace that is used here: `import * as Sentry from '@sentry/node'`, version 10 or 11.
 *
 * It is passed in, and not imported, so that it is the very copy that the app has initialised.
 */
export interface SentryLike {
  readonly SDK_VERSION: string
  getClient(): SentryClientLike | undefined
  getIsolationScope(): SentryScopeLike
  getCurrentScope(): SentryScopeLike
  withIsolationScope<Result>(
    scope: SentryScopeLike | undefined,
    callback: (scope: SentryScopeLike) => Result,
  ): Result
  withActiveSpan<Result>(span: null, callback: (scope: SentryScopeLike) => Result): Result
  startSpan<Result>(options: SentrySpanOptions, callback: (span: SentrySpanLike) => Result): Result
  startInactiveSpan(options: SentrySpanOptions): SentrySpanLike
  getActiveSpan(): { spanContext(): { traceId: string; spanId: string } } | undefined
  readonly metrics?: SentryMetricsLike
  readonly logger?: SentryLoggerLike
  flush(timeoutMs?: number): PromiseLike<boolean>
  close(timeoutMs?: number): PromiseLike<boolean>
}
