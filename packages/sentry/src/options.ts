import { type Duration, duration, InvalidOptionError } from '@runwell/core'
import type { ObserverClock } from './clock.ts'
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
   * Events per process: so many at once, then one each `refill`. What does not fit is named in one overflow event.
   *
   * @defaultValue `{ events: 20, refill: '1m' }`
   */
  readonly budget?:
    | { readonly events?: number | undefined; readonly refill?: Duration | undefined }
    | undefined
  /** How many earlier runs of the task go with a failure as breadcrumbs, 0 to 50. @defaultValue `5` */
  readonly breadcrumbs?: number | undefined
  /** The shortest block of the event loop that makes an event. @defaultValue `'1s'` */
  readonly loopBlocked?: Duration | undefined
  /**
   * Whether `stop()` also closes the Sentry client, after which nothing can be reported any more. It is always flushed.
   *
   * @defaultValue `false`
   */
  readonly close?: boolean | undefined
  /** Receives warnings about the set-up, one sentence each. @defaultValue `console.warn` */
  readonly onWarning?: ((message: string) => void) | undefined
  /** For tests. @defaultValue the timers of the process, and the wall time of the supervisor */
  readonly clock?: ObserverClock | undefined
}

/** Options with every default filled in and every value checked. */
export interface ResolvedOptions {
  readonly report: ReportPolicy
  readonly events: number
  readonly refillMs: number
  readonly breadcrumbs: number
  readonly loopBlockedMs: number
  readonly close: boolean
  readonly onWarning: (message: string) => void
  readonly clock: ObserverClock | undefined
}

const policies: readonly unknown[] = ['every', 'first', 'transitions'] satisfies ReportPolicy[]
const known: ReadonlySet<string> = new Set([
  'report',
  'budget',
  'breadcrumbs',
  'loopBlocked',
  'close',
  'onWarning',
  'clock',
])

/** @throws {@link InvalidOptionError} for the first value that makes no sense. */
export function resolveOptions(options: SentryObserverOptions): ResolvedOptions {
  const unknown = Object.keys(options).find((key) => !known.has(key))
  if (unknown !== undefined) throw new InvalidOptionError(unknown, `one of ${[...known].join(', ')}`, unknown)
  const { report = 'first', budget = {}, breadcrumbs = 5, loopBlocked = '1s', close = false } = options
  const { events = 20, refill = '1m' } = budget
  if (!policies.includes(report)) {
    throw new InvalidOptionError('report', "'every', 'first' or 'transitions'", report)
  }
  return {
    report,
    events: whole('budget.events', events, 1, 1_000),
    refillMs: milliseconds('budget.refill', refill, 1),
    breadcrumbs: whole('breadcrumbs', breadcrumbs, 0, 50),
    loopBlockedMs: milliseconds('loopBlocked', loopBlocked, 0),
    close,
    onWarning: options.onWarning ?? warn,
    clock: options.clock,
  }
}

function whole(option: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new InvalidOptionError(option, `a whole number from ${min} to ${max}`, value)
}

function milliseconds(option: string, value: Duration, min: number): number {
  const expected = `a duration such as '30s', or a number of milliseconds, at least ${min} ms`
  let ms: number
  try {
    ms = typeof value === 'string' ? duration(value) : value
  } catch {
    throw new InvalidOptionError(option, expected, value) // names the option, which `duration` does not know
  }
  if (typeof ms === 'number' && Number.isFinite(ms) && ms >= min) return ms
  throw new InvalidOptionError(option, expected, value)
}

function warn(message: string): void {
  // biome-ignore lint/suspicious/noConsole: an app that asked for reports must hear why there are none
  console.warn(message)
}
