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
  setPropagationContext(context: { traceId: string; sampleRand: number }): unknown
  addBreadcrumb(breadcrumb: SentryBreadcrumb): unknown
  addEventProcessor(processor: (event: SentryEventLike) => SentryEventLike): unknown
  captureException(error: unknown, hint?: SentryHintLike): string
  captureMessage(message: string): string
}

/** The part of a Sentry client that is used here. */
export interface SentryClientLike {
  getOptions(): object
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
  flush(timeoutMs?: number): PromiseLike<boolean>
  close(timeoutMs?: number): PromiseLike<boolean>
}
