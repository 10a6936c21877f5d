import { type Duration, InvalidOptionError } from '@runwell/core'
import { milliseconds, oneOf, onlyKeys, trueOrFalse, whole } from '../base/check-options.ts'
import type { ObserverClock } from '../base/clock.ts'
import type { ReportPolicy } from '../capture/failure-streaks.ts'
import type { OutageLimit } from '../capture/outages.ts'
import type { CronsOption } from '../crons/cron-monitors.ts'
import type { SpansOption } from '../spans/run-spans.ts'

/** Options of `sentryObserver`. */
export interface SentryObserverOptions {
  /**
   * Which failures of a task create an event. A streak lasts from a failure to the next success.
   *
   * - `'every'`: each failure.
   * - `'first'`: the first failure of a streak, then reminders after 10 min, 1 h, 6 h and daily while it lasts.
   * - `'transitions'`: the first failure of a streak and its recovery.
   *
   * Each event includes the number of failures since the streak began.
   *
   * @defaultValue `'first'`
   */
  readonly report?: ReportPolicy | undefined
  /**
   * The event budget of the process: `events` at once, then one per `refill`. What exceeds it is listed in one overflow
   * event.
   *
   * @defaultValue `{ events: 20, refill: '1m' }`
   */
  readonly budget?:
    | { readonly events?: number | undefined; readonly refill?: Duration | undefined }
    | undefined
  /**
   * If more than `tasks` tasks fail with the same error `within` this time, one event lists them all. `false` disables it.
   *
   * @defaultValue `{ tasks: 10, within: '30s' }`
   */
  readonly outage?:
    | { readonly tasks?: number | undefined; readonly within?: Duration | undefined }
    | false
    | undefined
  /** Number of previous runs that a failure includes as breadcrumbs, 0 to 50. @defaultValue `5` */
  readonly breadcrumbs?: number | undefined
  /** The shortest block of the event loop that creates an event. @defaultValue `'1s'` */
  readonly loopBlocked?: Duration | undefined
  /**
   * Which tasks have a Sentry Crons monitor, which creates an issue if a run fails or does not happen. `false`: none.
   *
   * @defaultValue `false`
   */
  readonly crons?: CronsOption | undefined
  /**
   * Sentry environments that send check-ins. A check-in from a laptop would create a monitor that misses every later run.
   *
   * @defaultValue `['production']`
   */
  readonly environments?: readonly string[] | undefined
  /** Number of processes that run the same tasks. They share Sentry's limit per monitor. @defaultValue unknown */
  readonly replicas?: number | undefined
  /** Whether runs become spans of Sentry's own tracing. @defaultValue `'auto'` */
  readonly spans?: SpansOption | undefined
  /** Whether to send tasks by state and health, and runs by result, as Sentry metrics once a minute. @defaultValue `false` */
  readonly metrics?: boolean | undefined
  /** Whether to write task events to Sentry's logs, except successful and cancelled runs. @defaultValue `false` */
  readonly logs?: boolean | undefined
  /**
   * Whether `stop()` also closes the Sentry client. Nothing can be reported afterwards. `stop()` always flushes it.
   *
   * @defaultValue `false`
   */
  readonly close?: boolean | undefined
  /** Called with each warning about the set-up, once per text. @defaultValue `process.emitWarning` */
  readonly onWarning?: ((message: string) => void) | undefined
  /** For tests. @defaultValue timers of the process and wall time of the supervisor */
  readonly clock?: ObserverClock | undefined
}

/** Checked options, with defaults applied. */
export interface ResolvedOptions {
  readonly report: ReportPolicy
  readonly events: number
  readonly refillMs: number
  readonly outage: OutageLimit
  readonly breadcrumbs: number
  readonly loopBlockedMs: number
  readonly crons: CronsOption
  readonly environments: readonly string[]
  readonly replicas: number | undefined
  readonly spans: SpansOption
  readonly metrics: boolean
  readonly logs: boolean
  readonly close: boolean
  readonly onWarning: (message: string) => void
  readonly clock: ObserverClock | undefined
}

const policies = ['every', 'first', 'transitions'] as const satisfies ReportPolicy[]
const known: ReadonlySet<string> = new Set([
  'report',
  'budget',
  'outage',
  'breadcrumbs',
  'loopBlocked',
  'crons',
  'environments',
  'replicas',
  'spans',
  'metrics',
  'logs',
  'close',
  'onWarning',
  'clock',
])

/** Checks the options and applies defaults. @throws {@link InvalidOptionError} for the first invalid value. */
export function resolveOptions(options: SentryObserverOptions): ResolvedOptions {
  if (typeof options !== 'object' || options === null)
    throw new InvalidOptionError('options', 'an object of options', options)
  const unknown = Object.keys(options).find((key) => !known.has(key))
  if (unknown !== undefined) throw new InvalidOptionError(unknown, `one of ${[...known].join(', ')}`, unknown)
  const { report = 'first', budget = {}, breadcrumbs = 5, loopBlocked = '1s', close = false } = options
  onlyKeys('budget', budget, ['events', 'refill'], 'an object with events and refill')
  const { events = 20, refill = '1m' } = budget
  const { crons = false, environments = ['production'], replicas, spans = 'auto' } = options
  oneOf('report', report, policies)
  if (spans !== 'auto' && typeof spans !== 'boolean') {
    throw new InvalidOptionError('spans', "'auto', true or false", spans)
  }
  if (crons !== false && crons !== 'scheduled' && typeof crons !== 'function') {
    throw new InvalidOptionError('crons', "'scheduled', a function or false", crons)
  }
  if (!Array.isArray(environments) || !environments.every((name) => typeof name === 'string')) {
    throw new InvalidOptionError('environments', 'a list of names', environments)
  }
  if (options.onWarning !== undefined && typeof options.onWarning !== 'function') {
    throw new InvalidOptionError('onWarning', 'a function', options.onWarning)
  }
  return {
    report,
    events: whole('budget.events', events, 1, 1_000),
    refillMs: milliseconds('budget.refill', refill, 1),
    outage: outageLimit(options.outage ?? {}),
    breadcrumbs: whole('breadcrumbs', breadcrumbs, 0, 50),
    loopBlockedMs: milliseconds('loopBlocked', loopBlocked, 0),
    crons,
    environments: [...environments],
    replicas: replicas === undefined ? undefined : whole('replicas', replicas, 1, 1_000),
    spans,
    metrics: trueOrFalse('metrics', options.metrics ?? false),
    logs: trueOrFalse('logs', options.logs ?? false),
    close: trueOrFalse('close', close),
    onWarning: options.onWarning ?? emitWarning,
    clock: options.clock,
  }
}

function outageLimit(outage: NonNullable<SentryObserverOptions['outage']>): OutageLimit {
  if (outage === false) return { tasks: Number.POSITIVE_INFINITY, withinMs: 30_000 }
  onlyKeys('outage', outage, ['tasks', 'within'], 'an object with tasks and within, or false')
  const { tasks = 10, within = '30s' } = outage
  return {
    tasks: whole('outage.tasks', tasks, 1, 10_000),
    withinMs: milliseconds('outage.within', within, 1_000),
  }
}

function emitWarning(message: string): void {
  process.emitWarning(message, 'RunwellWarning')
}
