import { type Duration, InvalidOptionError } from '@runwell/core'
import { milliseconds, oneOf, onlyKeys, trueOrFalse, whole } from '../base/check-options.ts'
import type { ObserverClock } from '../base/clock.ts'
import type { ReportPolicy } from '../capture/episodes.ts'
import type { OutageLimit } from '../capture/notice-limiter.ts'
import type { CronsOption } from '../crons/monitors.ts'
import type { SpansOption } from '../spans/run-spans.ts'

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
  /**
   * More than so many tasks that say the same `within` so long are an outage: one event lists them all. `false`: never.
   *
   * @defaultValue `{ tasks: 10, within: '30s' }`
   */
  readonly outage?:
    | { readonly tasks?: number | undefined; readonly within?: Duration | undefined }
    | false
    | undefined
  /** How many earlier runs of the task go with a failure as breadcrumbs, 0 to 50. @defaultValue `5` */
  readonly breadcrumbs?: number | undefined
  /** The shortest block of the event loop that makes an event. @defaultValue `'1s'` */
  readonly loopBlocked?: Duration | undefined
  /**
   * Which tasks are Sentry Crons monitors, that raise an issue when a run fails, or does not come.
   *
   * @defaultValue `'off'`
   */
  readonly crons?: CronsOption | undefined
  /** Where monitors are told anything: a check-in from a laptop makes a monitor that is missed for ever. @defaultValue `['production']` */
  readonly environments?: readonly string[] | undefined
  /** How many processes run the same tasks. They share what Sentry takes of one monitor. @defaultValue not known */
  readonly replicas?: number | undefined
  /** Whether runs are spans of Sentry's own tracing. @defaultValue `'auto'` */
  readonly spans?: SpansOption | undefined
  /** Whether tasks by state and health, and runs by result, are sent as Sentry metrics once a minute. @defaultValue `false` */
  readonly metrics?: boolean | undefined
  /** Whether what happens to tasks, apart from runs that are well, is written to Sentry's logs. @defaultValue `false` */
  readonly logs?: boolean | undefined
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
const spanOptions = ['auto', 'on', 'off'] as const satisfies SpansOption[]
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

/** @throws {@link InvalidOptionError} for the first value that makes no sense. */
export function resolveOptions(options: SentryObserverOptions): ResolvedOptions {
  if (typeof options !== 'object' || options === null)
    throw new InvalidOptionError('options', 'an object of options', options)
  const unknown = Object.keys(options).find((key) => !known.has(key))
  if (unknown !== undefined) throw new InvalidOptionError(unknown, `one of ${[...known].join(', ')}`, unknown)
  const { report = 'first', budget = {}, breadcrumbs = 5, loopBlocked = '1s', close = false } = options
  onlyKeys('budget', budget, ['events', 'refill'], 'an object with events and refill')
  const { events = 20, refill = '1m' } = budget
  const { crons = 'off', environments = ['production'], replicas, spans = 'auto' } = options
  oneOf('report', report, policies)
  oneOf('spans', spans, spanOptions)
  if (crons !== 'off' && crons !== 'scheduled' && typeof crons !== 'function') {
    throw new InvalidOptionError('crons', "'off', 'scheduled' or a function", crons)
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
    onWarning: options.onWarning ?? warn,
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

function warn(message: string): void {
  // biome-ignore lint/suspicious/noConsole: an app that asked for reports must hear why there are none
  console.warn(message)
}
