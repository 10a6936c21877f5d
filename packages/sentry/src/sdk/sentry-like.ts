/** Sentry's severity levels. */
export type SentryLevel = 'fatal' | 'error' | 'warning' | 'log' | 'info' | 'debug'

/** A Sentry breadcrumb. */
export interface SentryBreadcrumb {
  category?: string
  message?: string
  level?: SentryLevel
  /** Seconds since 1970. */
  timestamp?: number
  data?: Record<string, unknown>
}

/** The part of a Sentry event that `sentryObserver` uses. */
export interface SentryEventLike {
  event_id?: string
  /** Seconds since 1970. */
  timestamp?: number
  message?: string
  exception?: { values?: { type?: string; value?: string }[] }
  fingerprint?: string[]
  tags?: Record<string, string | number | boolean | bigint | symbol | null | undefined>
  extra?: Record<string, unknown>
  contexts?: Record<string, Record<string, unknown> | undefined>
  breadcrumbs?: SentryBreadcrumb[]
}

/** The part of the hint for an error that `sentryObserver` uses. */
export interface SentryHintLike {
  mechanism?: { type: string; handled: boolean }
}

/** The part of a Sentry scope that `sentryObserver` uses. */
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

/** The schedule of a monitor: when Sentry expects check-ins. */
export type SentryMonitorSchedule =
  | { type: 'crontab'; value: string }
  | { type: 'interval'; value: number; unit: 'year' | 'month' | 'week' | 'day' | 'hour' | 'minute' }

/** The settings of a monitor. All times are in minutes. */
export interface SentryMonitorConfig {
  schedule: SentryMonitorSchedule
  checkinMargin?: number
  maxRuntime?: number
  timezone?: string
  failureIssueThreshold?: number
  recoveryThreshold?: number
}

/** A check-in tells Sentry that a run has started or ended. */
export interface SentryCheckIn {
  monitorSlug: string
  status: 'in_progress' | 'ok' | 'error'
  checkInId: string
  /** How long the run took, in seconds. */
  duration?: number
}

/** Sentry's response to an envelope. Empty if there was no response. */
export interface SentryResponseLike {
  statusCode?: number
  headers?: { [key: string]: string | null }
}

/** The part of a Sentry client that `sentryObserver` uses. */
export interface SentryClientLike {
  getOptions(): object
  /** Returns nothing if the DSN is missing or invalid. Such a client sends nothing to Sentry. */
  getDsn?: (() => object | undefined) | undefined
  /** The type of the scope is `never`, so that clients of all SDK versions are accepted. */
  captureCheckIn?: ((checkIn: SentryCheckIn, config: SentryMonitorConfig, scope: never) => string) | undefined
  sendEnvelope(envelope: never): PromiseLike<SentryResponseLike>
  /** `'flush'` listeners are called when the application flushes or closes the client. */
  on?:
    | {
        (hook: 'flush', callback: () => void): unknown
        (hook: 'beforeSendEvent', callback: (event: SentryEventLike) => void): unknown
        (
          hook: 'afterSendEvent',
          callback: (event: SentryEventLike, response: SentryResponseLike) => void,
        ): unknown
      }
    | undefined
}

/** The part of a Sentry span that `sentryObserver` uses. */
export interface SentrySpanLike {
  spanContext(): { traceId: string; spanId: string }
  setAttributes(attributes: Record<string, string | number | boolean | undefined>): unknown
  setStatus(status: { code: 0 | 1 | 2; message?: string }): unknown
  end(endTime?: number): void
}

/** The options of a new span that `sentryObserver` uses. */
export interface SentrySpanOptions {
  name: string
  op: string
  /** `null`: the new span has no parent. */
  parentSpan: null
  forceTransaction: true
  attributes: Record<string, string | number | boolean | undefined>
  /** Seconds since 1970. */
  startTime?: number
  links?: {
    context: { traceId: string; spanId: string; traceFlags: number }
    attributes: Record<string, string>
  }[]
}

/** The part of Sentry's metrics that `sentryObserver` uses. */
export interface SentryMetricsLike {
  count(
    name: string,
    value: number,
    options: { attributes: Record<string, string | number | boolean>; unit?: string },
  ): void
  gauge(
    name: string,
    value: number,
    options: { attributes: Record<string, string | number | boolean>; unit?: string },
  ): void
}

/** The part of Sentry's logger that `sentryObserver` uses. */
export interface SentryLoggerLike {
  info(message: string, attributes: Record<string, string | number | boolean>): void
  warn(message: string, attributes: Record<string, string | number | boolean>): void
  error(message: string, attributes: Record<string, string | number | boolean>): void
}

/**
 * The part of the `Sentry` namespace that `sentryObserver` uses. The namespace is `import * as Sentry from
 * '@sentry/node'`, version 10 or 11. This package does not import the SDK itself.
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
  getActiveSpan(): { spanContext(): { traceId: string; spanId: string; traceFlags?: number } } | undefined
  readonly metrics?: SentryMetricsLike
  readonly logger?: SentryLoggerLike
  flush(timeoutMs?: number): PromiseLike<boolean>
  close(timeoutMs?: number): PromiseLike<boolean>
}
