import type { Duration } from '@runwell/core'
import {
  aFunction,
  anObject,
  anything,
  aWebAddress,
  checkOptions,
  durationFrom,
  msOf,
  type OptionTable,
  oneOf,
  takes,
  trueOrFalse,
  warningsTo,
  wholeNumber,
} from '@runwell/core/adapter'
import type { ObserverClock } from '../base/clock.ts'
import type { ReportPolicy } from '../capture/failure-streaks.ts'
import type { OutageLimit } from '../capture/outages.ts'
import type { CronsOption } from '../crons/cron-monitors.ts'
import type { SpansOption } from '../spans/run-spans.ts'

/** Options of `sentryObserver`. */
export interface SentryObserverOptions {
  /**
   * Which failures of a task create an event.
   *
   * - `'every'`: each failure.
   * - `'first'`: the first failure since the last success. Then reminders: the next failure after 10 min, 1 h, 6 h
   * and each full day, counted from the first failure.
   * - `'transitions'`: the first failure since the last success, and the next success. The success of a unit creates
   * no event.
   *
   * For a loop, a run that was up and lasted for `stableAfter` (2 min by default) counts like a success.
   *
   * The option also applies to tasks that become unhealthy without a failure. Each change to unhealthy then counts
   * like a failure. A change to healthy or unknown counts like a success, but a change to unknown creates no event.
   *
   * @defaultValue `'first'`
   */
  readonly report?: ReportPolicy | undefined
  /**
   * Limits the number of events. First, the observer may send `events` events. After each `refill`, it may send one
   * more event. If more events are due, one overflow event lists their tasks. Events about parked, stuck and given-up
   * tasks, and about runs that a shutdown abandons, may exceed the limit by three.
   *
   * @defaultValue `{ events: 20, refill: '1m' }`
   */
  readonly budget?:
    | { readonly events?: number | undefined; readonly refill?: Duration | undefined }
    | undefined
  /**
   * If more than `tasks` tasks fail with the same error name in the time `within`, one event lists these tasks. The
   * same applies to other problems of tasks, such as parked loops. In a service with more than `tasks` tasks, each
   * event about a task is therefore sent after a delay of `within`. `false` sends each event immediately.
   *
   * @defaultValue `{ tasks: 10, within: '30s' }`
   */
  readonly outage?:
    | { readonly tasks?: number | undefined; readonly within?: Duration | undefined }
    | false
    | undefined
  /** How many previous runs the event of a failed run shows as breadcrumbs, 0 to 50. @defaultValue `5` */
  readonly breadcrumbs?: number | undefined
  /**
   * A block of the event loop creates an event if it lasts at least this long. Further blocks with the same suspected
   * task create only reminders: after 10 min, 1 h, 6 h and daily. If the task was not the suspect for more than 1 h,
   * its next block creates an event again.
   * @defaultValue `'1s'`
   */
  readonly loopBlocked?: Duration | undefined
  /**
   * Which tasks have a Sentry Crons monitor. The monitor creates an issue if a run fails or does not happen.
   *
   * @defaultValue `false`
   */
  readonly crons?: CronsOption | undefined
  /**
   * Check-ins are sent only in these Sentry environments. For example, check-ins from a laptop would create unwanted
   * monitors. If neither `Sentry.init` nor `SENTRY_ENVIRONMENT` sets an environment, it is `production`.
   *
   * @defaultValue `['production']`
   */
  readonly environments?: readonly string[] | undefined
  /**
   * How many processes run the same tasks, 1 to 1,000. The processes share the number of check-ins that Sentry
   * accepts for a monitor.
   * @defaultValue none. Then each process sends as many check-ins as if it were the only one. With `crons:
   * 'scheduled'`, tasks of scope `instance` have no monitor.
   */
  readonly replicas?: number | undefined
  /** Whether runs become spans of Sentry's own tracing. @defaultValue `'auto'` */
  readonly spans?: SpansOption | undefined
  /**
   * The address of your Runwell console, such as `https://shop.example.com/ops`. Events about one task then contain a
   * link to its page in the console.
   */
  readonly consoleUrl?: string | undefined
  /**
   * Whether to send Sentry metrics of tasks, runs and restarts. They are sent every 60 s by default (option `monitor`
   * of the supervisor). At the stop, only the metrics of runs and restarts are sent.
   *
   * @defaultValue `false`
   */
  readonly metrics?: boolean | undefined
  /**
   * Whether to write problems, restarts and controls to Sentry's logs. A control, for example a pause, is written
   * only if it was called with `by` or `reason`. Sentry 10 also needs `enableLogs: true`.
   *
   * @defaultValue `false`
   */
  readonly logs?: boolean | undefined
  /**
   * Whether `supervisor.stop()` also closes the Sentry client. A closed client sends nothing.
   *
   * @defaultValue `false`
   */
  readonly close?: boolean | undefined
  /** Called once for each different warning, for at most 100 warnings. @defaultValue `process.emitWarning` */
  readonly onWarning?: ((message: string) => void) | undefined
  /** A clock for tests. @defaultValue the timers of the process, and the wall time of the supervisor */
  readonly clock?: ObserverClock | undefined
}

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
  readonly consoleUrl: string | undefined
  readonly metrics: boolean
  readonly logs: boolean
  readonly close: boolean
  readonly onWarning: (message: string) => void
  readonly clock: ObserverClock | undefined
}

const policies = ['every', 'first', 'transitions'] as const satisfies ReportPolicy[]
const known: OptionTable<SentryObserverOptions> = {
  report: oneOf(policies),
  budget: takes<object>('an object with events and refill', anObject.fits),
  outage: takes<object | false>(
    'an object with tasks and within, or false',
    (value) => value === false || anObject.fits(value),
  ),
  breadcrumbs: wholeNumber(0, 50),
  loopBlocked: durationFrom(0),
  crons: takes<CronsOption>(
    "'scheduled', a function or false",
    (value) => value === false || value === 'scheduled' || aFunction.fits(value),
  ),
  environments: takes<readonly string[]>(
    'a list of names',
    (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
  ),
  replicas: wholeNumber(1, 1_000),
  spans: takes<SpansOption>(
    "'auto', true or false",
    (value) => value === 'auto' || typeof value === 'boolean',
  ),
  consoleUrl: aWebAddress,
  metrics: trueOrFalse,
  logs: trueOrFalse,
  close: trueOrFalse,
  onWarning: aFunction,
  clock: anything,
}
const budgetOptions = { events: wholeNumber(1, 1_000), refill: durationFrom(1) }
const outageOptions = { tasks: wholeNumber(1, 10_000), within: durationFrom(1_000) }

export function resolveOptions(options: SentryObserverOptions): ResolvedOptions {
  checkOptions('sentryObserver', options, known, '')
  const { report = 'first', budget = {}, breadcrumbs = 5, loopBlocked = '1s', close = false } = options
  checkOptions('budget', budget, budgetOptions)
  const { events = 20, refill = '1m' } = budget
  const { crons = false, environments = ['production'], replicas, spans = 'auto' } = options
  const { metrics = false, logs = false, clock, consoleUrl } = options
  return {
    report,
    events,
    refillMs: msOf(refill),
    outage: outageLimit(options.outage ?? {}),
    breadcrumbs,
    loopBlockedMs: msOf(loopBlocked),
    crons,
    environments: [...environments],
    replicas,
    spans,
    consoleUrl,
    metrics,
    logs,
    close,
    onWarning: warningsTo(options.onWarning),
    clock,
  }
}

function outageLimit(outage: NonNullable<SentryObserverOptions['outage']>): OutageLimit {
  if (outage === false) return { tasks: Number.POSITIVE_INFINITY, withinMs: 30_000 }
  checkOptions('outage', outage, outageOptions)
  const { tasks = 10, within = '30s' } = outage
  return { tasks, withinMs: msOf(within) }
}
