import type { ReportPolicy } from './episodes.ts'

/** Options of `sentryObserver`. */
export interface SentryObserverOptions {
  /**
   * Which failures of a task make an event: `'every'` one; the `'first'` of an episode with reminders after 10 min,
   * 1 h, 6 h and then daily while it lasts; or the `'transitions'`, the first of an episode and its recovery. An episode
   * lasts from a failure to the next success. Failures that make no event are counted in the next one.
   *
   * @defaultValue `'first'`
   */
  readonly report?: ReportPolicy | undefined
  /**
   * Events per process: `size` at once, then one each `refillMs`. What does not fit is named in one overflow event.
   *
   * @defaultValue `{ size: 20, refillMs: 60_000 }`
   */
  readonly budget?: { readonly size?: number | undefined; readonly refillMs?: number | undefined } | undefined
  /**
   * How many earlier runs of the task go with a failure as breadcrumbs, 0 to 50.
   *
   * @defaultValue `5`
   */
  readonly breadcrumbs?: number | undefined
  /**
   * Whether `stop()` also closes the Sentry client, after which nothing can be reported any more. It is always flushed.
   *
   * @defaultValue `false`
   */
  readonly close?: boolean | undefined
  /** Receives warnings about the set-up, one sentence each. @defaultValue `console.warn` */
  readonly onWarning?: ((message: string) => void) | undefined
}
