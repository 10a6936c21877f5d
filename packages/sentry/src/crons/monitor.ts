import { type Duration, InvalidOptionError, type TaskInfo } from '@runwell/core'
import type { SentryMonitorConfig, SentryMonitorSchedule } from '../sentry-like.ts'
import { milliseconds, whole } from '../values.ts'
import { crontab } from './crontab.ts'
import { slugOf } from './slug.ts'

/** What the monitor of one task should be like. Everything that is left out is derived from the task. */
export interface CronOptions {
  /** @defaultValue the name of the task, in the letters that a slug may have, cut at 50 with a hash */
  readonly slug?: string | undefined
  /** For tasks that say nothing that Sentry understands about when they run. @defaultValue from the schedule of the task */
  readonly schedule?: SentryMonitorSchedule | undefined
  /** How late a check-in may be. @defaultValue from the timeout of the task, or from how long it took so far */
  readonly margin?: Duration | undefined
  /**
   * Sends a check-in at the start of each run too, so that Sentry raises a run that does not end within this time.
   * `true` derives it from the timeout of the task, or from how long it took so far. It costs a check-in for each run.
   *
   * @defaultValue none
   */
  readonly maxRuntime?: Duration | true | undefined
  /** Failed check-ins in a row that make an issue. @defaultValue 3 for tasks that run each 5 min or more often, else 1 */
  readonly failureThreshold?: number | undefined
  /** Good check-ins in a row that resolve it. @defaultValue `1` */
  readonly recoveryThreshold?: number | undefined
  /** Processes that run this task at the same time, and share what Sentry takes of one monitor. @defaultValue the option `replicas` */
  readonly replicas?: number | undefined
}

/** The monitor of one task. */
export interface Monitor {
  readonly task: string
  readonly slug: string
  /** How far apart its runs are: the crontab's shortest distance, or the interval. */
  readonly periodMs: number
  /** It runs more often than Sentry's smallest interval: one check-in a minute tells the worst of it. */
  readonly heartbeat: boolean
  readonly opens: boolean
  readonly replicas: number
  /** @param usualMs - how long after its slot a run ends, at worst so far */
  config(usualMs: number): SentryMonitorConfig
}

/** A monitor, or one clear sentence about why there is none. */
export type MonitorPlan = { readonly monitor: Monitor } | { readonly refused: string }

const minuteMs = 60_000
const oftenMs = 5 * minuteMs
/** Four weeks, the most that Sentry takes for margin and runtime. */
const maxMinutes = 40_320

/** Plans the monitor of a task. Never throws: an option that makes no sense is a refusal too. */
export function planMonitor(info: TaskInfo, options: CronOptions, defaultReplicas: number): MonitorPlan {
  try {
    const schedule = options.schedule ? given(options.schedule) : scheduleOf(info)
    return 'refused' in schedule ? schedule : { monitor: resolve(info, schedule, options, defaultReplicas) }
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) }
  }
}

function resolve(
  info: TaskInfo,
  { schedule }: { schedule: SentryMonitorSchedule },
  options: CronOptions,
  defaultReplicas: number,
): Monitor {
  const { slug = slugOf(info.name), margin, maxRuntime, replicas = defaultReplicas } = options
  const periodMs = info.schedule.periodMs ?? periodOf(schedule)
  const { failureThreshold = periodMs <= oftenMs ? 3 : 1, recoveryThreshold = 1 } = options
  if (!/^(?!\d+$)[a-z0-9_-]{1,50}$/.test(slug)) {
    throw new InvalidOptionError('crons.slug', 'up to 50 of a-z, 0-9, - and _, and not digits alone', slug)
  }
  const marginMs = margin === undefined ? undefined : milliseconds('crons.margin', margin, 0)
  const runtimeMs =
    typeof maxRuntime === 'string' || typeof maxRuntime === 'number'
      ? milliseconds('crons.maxRuntime', maxRuntime, 1)
      : undefined
  const fixed = {
    schedule,
    ...(schedule.type === 'crontab' ? { timezone: zoneOf(info) } : {}),
    failureIssueThreshold: whole('crons.failureThreshold', failureThreshold, 1, 720),
    recoveryThreshold: whole('crons.recoveryThreshold', recoveryThreshold, 1, 720),
  }
  return {
    task: info.name,
    slug,
    periodMs,
    heartbeat: periodMs < minuteMs,
    opens: maxRuntime !== undefined,
    replicas: whole('crons.replicas', replicas, 1, 1_000),
    config: (usualMs) => ({
      ...fixed,
      checkinMargin: roundMinutes(marginMs ?? (info.timeoutMs ?? usualMs * 2) + minuteMs),
      ...(maxRuntime === undefined
        ? {}
        : { maxRuntime: roundMinutes(runtimeMs ?? info.timeoutMs ?? Math.max(usualMs * 3, 30 * minuteMs)) }),
    }),
  }
}

function given(schedule: SentryMonitorSchedule): { schedule: SentryMonitorSchedule } | { refused: string } {
  if (schedule.type === 'crontab') {
    const checked = crontab(schedule.value)
    return 'refused' in checked ? checked : { schedule: { type: 'crontab', value: checked.value } }
  }
  const { value, unit } = schedule
  if (!(unit in unitMinutes)) {
    throw new InvalidOptionError('crons.schedule.unit', `one of ${Object.keys(unitMinutes).join(', ')}`, unit)
  }
  return { schedule: { type: 'interval', value: whole('crons.schedule.value', value, 1, 10_000), unit } }
}

function scheduleOf(info: TaskInfo): { schedule: SentryMonitorSchedule } | { refused: string } {
  const { cron, periodMs, text } = info.schedule
  if (cron !== undefined) {
    return given({ type: 'crontab', value: cron })
  }
  if (periodMs === undefined) return { refused: `'${text}' says nothing about when it runs` }
  return { schedule: intervalOf(periodMs) }
}

/** Sentry counts in whole units, minutes at least: a little late is noticed a little later, early is a false alarm. */
function intervalOf(periodMs: number): SentryMonitorSchedule {
  const minutes = Math.max(1, Math.ceil(periodMs / minuteMs))
  if (minutes % 1_440 === 0) return { type: 'interval', value: minutes / 1_440, unit: 'day' }
  if (minutes % 60 === 0) return { type: 'interval', value: minutes / 60, unit: 'hour' }
  return { type: 'interval', value: minutes, unit: 'minute' }
}

const unitMinutes = { minute: 1, hour: 60, day: 1_440, week: 10_080, month: 43_200, year: 525_600 }

function periodOf(schedule: SentryMonitorSchedule): number {
  if (schedule.type === 'crontab') return minuteMs
  return schedule.value * unitMinutes[schedule.unit] * minuteMs
}

/** Without a zone Sentry reads a crontab in UTC, and the task in the zone of its process. */
function zoneOf(info: TaskInfo): string {
  return info.schedule.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
}

const steps = [1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1_440]

/** Whole minutes in coarse steps, since each change of a number is a change of the monitor. */
function roundMinutes(ms: number): number {
  const minutes = ms / minuteMs
  const step = steps.find((size) => size >= minutes) ?? Math.ceil(minutes / 1_440) * 1_440
  return Math.min(step, maxMinutes)
}
