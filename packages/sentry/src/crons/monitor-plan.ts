import type { Duration, TaskInfo } from '@runwell/core'
import {
  check,
  checkOptions,
  durationFrom,
  msOf,
  type OptionTable,
  oneOf,
  takes,
  wholeNumber,
} from '@runwell/core/adapter'
import type { SentryMonitorConfig, SentryMonitorSchedule } from '../sdk/sentry-like.ts'
import { crontab } from './crontab.ts'
import { slugOf } from './slug.ts'

/** Options for the monitor of one task. The defaults are derived from the task. */
export interface MonitorOptions {
  /**
   * The id of the monitor in Sentry: 1 to 50 of the characters a-z, 0-9, `-` and `_`. Must not consist of digits
   * only.
   *
   * @defaultValue derived from the task name. A long name is shortened and gets a hash at its end.
   */
  readonly slug?: string | undefined
  /**
   * The schedule of the monitor. Set this option if Sentry does not support the schedule of the task.
   *
   * @defaultValue the schedule of the task
   */
  readonly schedule?: SentryMonitorSchedule | undefined
  /**
   * How late a check-in may be before Sentry reports a missed run. Rounded up to 1, 2, 3, 5, 10, 15, 20, 30, 45 or 60
   * min, or to a longer step. At most 4 weeks.
   *
   * @defaultValue the timeout of the task plus 1 min. Without a timeout: twice the longest time so far from a slot to
   * the end of its run, plus 1 min. For an external task, its option `grace` replaces the 1 min if it is longer.
   */
  readonly margin?: Duration | undefined
  /**
   * How long a run may take, rounded up as for `margin`. Sentry creates an issue if a run takes longer. With this
   * option, each run also sends a check-in at its start, if Sentry's limit leaves room for it. `true` uses the
   * timeout of the task. Without a timeout, `true` uses three times the longest time so far from a slot to the end of
   * its run, but at least 30 min.
   *
   * @defaultValue no limit, and no check-in at the start
   */
  readonly maxRuntime?: Duration | true | undefined
  /**
   * The number of consecutive failed check-ins that create an issue, 1 to 720.
   *
   * @defaultValue 3 if two runs of the task can be 5 min or less apart, otherwise 1
   */
  readonly failureThreshold?: number | undefined
  /** The number of consecutive successful check-ins that resolve the issue, 1 to 720. @defaultValue `1` */
  readonly recoveryThreshold?: number | undefined
  /**
   * How many processes run this task. The processes share the number of check-ins that Sentry accepts for a monitor.
   *
   * @defaultValue the observer's `replicas`, or 1 if it is not set
   */
  readonly replicas?: number | undefined
}

export interface Monitor {
  readonly task: string
  readonly slug: string
  /**
   * The shortest time between two runs. If it is unknown: the interval of the monitor's schedule, or one minute if
   * this schedule is a crontab.
   */
  readonly periodMs: number
  readonly heartbeat: boolean
  readonly sendsInProgress: boolean
  readonly replicas: number
  /** @param longestMs - the longest time so far from a slot to the end of its run */
  config(longestMs: number): SentryMonitorConfig
}

export type MonitorPlan = { readonly monitor: Monitor } | { readonly refused: string }

const minuteMs = 60_000
const oftenMs = 5 * minuteMs
/** Four weeks. Sentry's maximum for `checkinMargin` and `maxRuntime`. */
const maxMinutes = 40_320

const aSlug = takes<string>(
  '1 to 50 of the characters a-z, 0-9, - and _, not digits only',
  (value) => typeof value === 'string' && /^(?!\d+$)[a-z0-9_-]{1,50}$/.test(value),
)
const aRuntime = durationFrom(1)
const aThreshold = wholeNumber(1, 720)
const aReplicaCount = wholeNumber(1, 1_000)
const monitorOptions: OptionTable<MonitorOptions> = {
  slug: aSlug,
  schedule: takes<SentryMonitorSchedule>(
    'an object with type and value',
    (value) => typeof value === 'object' && value !== null,
  ),
  margin: durationFrom(0),
  maxRuntime: takes<Duration | true>(
    `true or ${aRuntime.expected}`,
    (value) => value === true || aRuntime.fits(value),
  ),
  failureThreshold: aThreshold,
  recoveryThreshold: aThreshold,
  replicas: aReplicaCount,
}

export function planMonitor(info: TaskInfo, options: MonitorOptions, defaultReplicas: number): MonitorPlan {
  try {
    checkOptions('crons', options, monitorOptions)
    const schedule = options.schedule ? checkedSchedule(options.schedule) : scheduleOf(info)
    return 'refused' in schedule ? schedule : { monitor: resolve(info, schedule, options, defaultReplicas) }
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) }
  }
}

function resolve(
  info: TaskInfo,
  { schedule }: { schedule: SentryMonitorSchedule },
  options: MonitorOptions,
  defaultReplicas: number,
): Monitor {
  const { slug = slugOf(info.name), margin, maxRuntime, replicas = defaultReplicas } = options
  const knownMs = info.schedule.periodMs ?? intervalMsOf(schedule)
  const periodMs = knownMs ?? minuteMs
  const { failureThreshold = knownMs !== undefined && knownMs <= oftenMs ? 3 : 1, recoveryThreshold = 1 } =
    options
  const marginMs = margin === undefined ? undefined : msOf(margin)
  const runtimeMs = maxRuntime === undefined || maxRuntime === true ? undefined : msOf(maxRuntime)
  const fixed = {
    schedule,
    ...(schedule.type === 'crontab' ? { timezone: zoneOf(info) } : {}),
    failureIssueThreshold: failureThreshold,
    recoveryThreshold,
  }
  return {
    task: info.name,
    slug: check('crons.slug', slug, aSlug),
    periodMs,
    heartbeat: periodMs < minuteMs,
    sendsInProgress: maxRuntime !== undefined,
    replicas: check('crons.replicas', replicas, aReplicaCount),
    config: (longestMs) => ({
      ...fixed,
      checkinMargin: roundMinutes(
        marginMs ?? (info.timeoutMs ?? longestMs * 2) + Math.max(minuteMs, info.graceMs ?? 0),
      ),
      ...(maxRuntime === undefined
        ? {}
        : {
            maxRuntime: roundMinutes(runtimeMs ?? info.timeoutMs ?? Math.max(longestMs * 3, 30 * minuteMs)),
          }),
    }),
  }
}

function checkedSchedule(
  schedule: SentryMonitorSchedule,
): { schedule: SentryMonitorSchedule } | { refused: string } {
  if (schedule.type === 'crontab') {
    const checked = crontab(schedule.value)
    return 'refused' in checked ? checked : { schedule: { type: 'crontab', value: checked.value } }
  }
  const { value, unit } = schedule
  return {
    schedule: {
      type: 'interval',
      value: check('crons.schedule.value', value, anInterval),
      unit: check('crons.schedule.unit', unit, aUnit),
    },
  }
}

function scheduleOf(info: TaskInfo): { schedule: SentryMonitorSchedule } | { refused: string } {
  const { cron, periodMs, text } = info.schedule
  if (cron !== undefined) {
    return checkedSchedule({ type: 'crontab', value: cron })
  }
  if (periodMs === undefined)
    return { refused: `its schedule '${text}' has no fixed interval; pass a \`schedule\` for its monitor` }
  return { schedule: intervalOf(periodMs) }
}

/** Sentry has no unit shorter than a minute. Rounding down would cause false alarms. */
function intervalOf(periodMs: number): SentryMonitorSchedule {
  const minutes = Math.max(1, Math.ceil(periodMs / minuteMs))
  if (minutes % 1_440 === 0) return { type: 'interval', value: minutes / 1_440, unit: 'day' }
  if (minutes % 60 === 0) return { type: 'interval', value: minutes / 60, unit: 'hour' }
  return { type: 'interval', value: minutes, unit: 'minute' }
}

const unitMinutes = { minute: 1, hour: 60, day: 1_440, week: 10_080, month: 43_200, year: 525_600 }
const aUnit = oneOf(Object.keys(unitMinutes) as (keyof typeof unitMinutes)[])
const anInterval = wholeNumber(1, 10_000)

function intervalMsOf(schedule: SentryMonitorSchedule): number | undefined {
  if (schedule.type === 'crontab') return undefined
  return schedule.value * unitMinutes[schedule.unit] * minuteMs
}

/** A task without a time zone runs in the zone of the process. Sentry's own default would be UTC. */
function zoneOf(info: TaskInfo): string {
  return info.schedule.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
}

const steps = [1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1_440]

/** Rounds up to coarse steps. With finer steps, each slightly longer run would change the monitor. */
function roundMinutes(ms: number): number {
  const minutes = ms / minuteMs
  const step = steps.find((size) => size >= minutes) ?? Math.ceil(minutes / 1_440) * 1_440
  return Math.min(step, maxMinutes)
}
