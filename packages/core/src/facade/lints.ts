import { formatMs } from '../base/duration.ts'
import type { Now } from '../base/now.ts'
import { hostOf, type TaskInfo } from '../base/task-info.ts'
import { otherScopeText } from '../events/phrases.ts'
import type { TaskFacts } from '../health/facts.ts'
import { delayMs } from '../restart/delay.ts'
import { isFinal } from '../restart/exhaustion.ts'
import { explainRestart } from '../restart/explain-restart.ts'
import { matchesEitherDay } from '../schedule/cron.ts'
import { hasFixedSlots } from '../schedule/schedule.ts'
import { quickReturnLimit, quickReturnText } from '../shell/effects/run-end.ts'
import { postponedDue, RecordFacts } from '../shell/task-facts.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import { defaultClassGraceMs } from '../shutdown/stop-options.ts'

/** A probable mistake in the options of a task. */
export interface Lint {
  readonly lint:
    | 'unreachable-budget'
    | 'short-budget'
    | 'timeout-over-period'
    | 'abort-grace-over-class-grace'
    | 'retry-never-fits'
    | 'retry-of-loop'
    | 'no-rules'
    | 'ignores-signal'
    | 'no-beat'
    | 'overlaps'
    | 'period-under-duration'
    | 'last-slot-unused'
    | 'cron-either-day'
    | 'holds-event-loop'
    | 'returns-at-once'
    | 'postponed'
    | 'host-differs'
    | 'scope-differs'
  /** The problem, and how to fix it. */
  readonly text: string
}

type LintName = Lint['lint']

const longSyncMs = 1_000
const shortestOutageMs = 60_000
/** A run of a loop that is older than this has had enough time to call `beat()`. */
const firstBeatMs = 60_000
/** With fewer slots, the ratio of skipped slots is not reliable. */
const fewSlots = 10
const fewSamples = 5

type Check = (record: TaskRecord, now: Now) => string | undefined

const checks: Readonly<Record<LintName, Check>> = {
  'unreachable-budget': ({ info, state: { config } }) => {
    const { restarts, withinMs } = config.restart.budget
    if (!info.schedule.restarts || explainRestart(config.restart).reachable) return undefined
    return `Its backoff alone keeps it below ${restarts === 1 ? '1 restart' : `${restarts} restarts`} per ${formatMs(withinMs)}, so the budget is never exhausted. Lengthen the window or shorten the backoff.`
  },
  'short-budget': ({ info, state: { config } }) => {
    const { budget, exhausted } = config.restart
    // With `escalate` or a budget of 0, the user wants the loop to be given up early, so there is no lint.
    if (!isOwnLoop(info) || exhausted === 'escalate' || budget.restarts === 0) return undefined
    const lastsMs = explainRestart(config.restart).timeToGiveUpMs ?? shortestOutageMs
    if (lastsMs >= shortestOutageMs) return undefined
    const end = isFinal(exhausted) ? 'given up' : 'parked, even if its upstream is back soon'
    return `Its budget of ${budget.restarts} restarts per ${formatMs(budget.withinMs)} lasts at most ${formatMs(lastsMs)} of an outage. Then the loop is ${end}. Allow more restarts or lengthen the backoff.`
  },
  'timeout-over-period': (record) => {
    const { timeoutMs } = record.info
    const periodMs = slotPeriodOf(record)
    if (timeoutMs === undefined || timeoutMs <= periodMs || isParallel(record)) return undefined
    return `Its timeout of ${formatMs(timeoutMs)} is longer than its period of ${formatMs(periodMs)}, so a run may still be live at its next slot. Shorten the timeout or lengthen the period.`
  },
  'abort-grace-over-class-grace': ({ state: { config } }) =>
    config.abortGraceMs <= defaultClassGraceMs
      ? undefined
      : `Its abortGrace of ${formatMs(config.abortGraceMs)} is longer than the ${formatMs(defaultClassGraceMs)} that stop() gives a priority class by default, and at shutdown the shorter time applies. Shorten abortGrace, or call stop() with a longer classGrace.`,
  'retry-never-fits': (record) => {
    const { retry } = record.state.config
    const fitting = retriesThatFit(record)
    if (retry === undefined || fitting >= retry.times) return undefined
    return `Only ${fitting} of its ${retry.times} retries can start before the next slot. Shorten the backoff.`
  },
  'retry-of-loop': ({ info, state: { config } }) =>
    !info.schedule.restarts || config.retry === undefined
      ? undefined
      : 'Its retries happen within one generation, so no restart budget counts them and no health rule sees them. Use restart instead.',
  'no-rules': ({ rules }) =>
    rules.length > 0
      ? undefined
      : 'No health rule judges it, so its health stays unknown. Leave the option health out to get the default rules.',
  'ignores-signal'({ metrics: { outcomes }, info }) {
    if (outcomes.abandoned === 0) return undefined
    const count = times(outcomes.abandoned)
    return info.schedule.startedBy === 'call'
      ? `It did not end in time ${count}: end its work when the supervisor stops. If its function gets a signal, pass it on.`
      : `It ignored its aborted signal ${count}: pass \`signal\` on to the calls that it awaits.`
  },
  'no-beat': (record, now) => {
    const { metrics, info, history } = record
    if (!isOwnLoop(info) || metrics.lastBeatAt !== undefined) return undefined
    const { oldest, hasBeenUp } = new RecordFacts(record, now)
    const aliveMs = oldest?.ageMs ?? 0
    // A loop that has never been up had no chance to call `beat()`.
    const hadTime = (history !== undefined && hasBeenUp) || aliveMs >= firstBeatMs
    if (!hadTime || noticesSilence(record, now)) return undefined
    return 'It has never called beat(), so no rule can tell a hang from a quiet time. Call beat(), or use rules.hung({ limit }).'
  },
  overlaps: ({ metrics }) => {
    const { skipped, missed, started } = metrics
    const slots = started + missed + Object.values(skipped).reduce((sum, count) => sum + count, 0)
    if (slots < fewSlots || skipped.overlap <= slots / 2) return undefined
    return `${skipped.overlap} of ${slots} slots and triggers were skipped because the previous run was still live. Lengthen the period.`
  },
  'period-under-duration': (record) => {
    const { recentSuccess, success } = record.metrics
    const durations = recentSuccess.count > 0 ? recentSuccess : success
    const usualMs = durations.quantile(0.5) ?? 0
    const periodMs = slotPeriodOf(record)
    if (durations.count < fewSamples || usualMs <= periodMs * record.state.config.limit) return undefined
    return `Half of its runs take ${formatMs(usualMs)} or more, longer than its period of ${formatMs(periodMs)}. Lengthen the period.`
  },
  'last-slot-unused': ({ settings, schedule, info }) => {
    const isUsed = schedule.slots?.timeline === 'wall' && info.schedule.recurring
    if (settings.lastSlot === undefined || isUsed) return undefined
    return `Its option lastSlot has no effect, since the slots of '${info.schedule.text}' start anew in each process. Use cron, or every with anchor: 'epoch'.`
  },
  'cron-either-day': ({ info: { schedule } }) =>
    schedule.cron === undefined || !matchesEitherDay(schedule.cron)
      ? undefined
      : `Its expression '${schedule.cron}' names days of the month and weekdays, so it runs on a day that matches either of them, as in Debian. If both must match, write + before the weekday.`,
  'holds-event-loop': ({ metrics: { syncMaxMs } }) =>
    syncMaxMs < longSyncMs
      ? undefined
      : `A run blocked the event loop for ${formatMs(syncMaxMs)} before its first await. Split the work or move it to a worker thread.`,
  'returns-at-once': ({ readonlyExtras }) =>
    readonlyExtras.quickReturns < quickReturnLimit ? undefined : quickReturnText,
  postponed: (record, now) => {
    const { times = 0 } = record.readonlyExtras.postponed ?? {}
    if (times < 2 || now.awake < postponedDue(record, now)) return undefined
    if (record.state.host)
      return `It was rescheduled ${times} times, and ${hostOf(record.info)} has begun no run since. Check that it still runs, and report only a schedule that has changed.`
    return `It was rescheduled ${times} times before its next run was due, and each reschedule() counts from its call. So no run comes. Call it less often, or only when the schedule changes: an equal schedule changes nothing.`
  },
  'host-differs': ({ info, state, schedule, readonlyExtras }, now) => {
    const isExpected = schedule.slots?.timeline === 'wall' && Number.isFinite(state.slotDueAt)
    const saysAt = isExpected ? readonlyExtras.host?.nextRunAt() : undefined
    const at = now.wall + (state.slotDueAt - now.mono)
    if (saysAt === undefined || saysAt <= now.wall || Math.abs(saysAt - at) < differsByMs) return undefined
    if (state.host?.takenEarly === state.slot) return undefined
    return `${hostOf(info)} runs it next at ${isoOf(saysAt)}, but a run is expected at ${isoOf(at)}. Give both the same schedule and time zone.`
  },
  'scope-differs': ({ readonlyExtras: { sharedIn } }) => sharedIn && otherScopeText(sharedIn),
}

const differsByMs = 2_000

function isoOf(wall: number): string {
  return new Date(Math.round(wall)).toISOString()
}

export function lintsOf(record: TaskRecord, now: Now): readonly Lint[] {
  const names = Object.keys(checks) as LintName[]
  return names.flatMap((lint) => {
    const text = checks[lint](record, now)
    return text === undefined ? [] : [{ lint, text }]
  })
}

/** The host restarts a loop with `startedBy: 'call'`. */
function isOwnLoop({ schedule }: TaskInfo): boolean {
  return schedule.restarts && schedule.startedBy !== 'call'
}

function slotPeriodOf({ schedule }: TaskRecord): number {
  return (hasFixedSlots(schedule) ? schedule.info.periodMs : undefined) ?? Number.POSITIVE_INFINITY
}

function isParallel({ state: { config } }: TaskRecord): boolean {
  return config.overlap === 'parallel' && config.limit > 1
}

/** Assumes the shortest waits, and attempts that take no time. */
function retriesThatFit(record: TaskRecord): number {
  const { retry } = record.state.config
  if (retry === undefined) return 0
  const roomMs = slotPeriodOf(record) + record.schedule.policy.jitterMs
  let waitedMs = 0
  for (let k = 0; k < retry.times; k += 1) {
    waitedMs += delayMs(retry.backoff, k, 1)
    if (waitedMs >= roomMs) return k
  }
  return retry.times
}

/** True if a rule finds a problem after a year without `beat()`, but no problem at the start of a run. */
function noticesSilence(record: TaskRecord, now: Now): boolean {
  const fresh = new SilentFacts(record, now, 0)
  const silent = new SilentFacts(record, now, 365 * 86_400_000)
  return record.rules.some((rule) => {
    try {
      return rule.judge(silent, false).kind === 'bad' && rule.judge(fresh, false).kind !== 'bad'
    } catch {
      return false // A rule of the user may throw, because these facts are invented.
    }
  })
}

class SilentFacts extends RecordFacts {
  readonly #ageMs: number

  constructor(record: TaskRecord, now: Now, ageMs: number) {
    super(record, now)
    this.#ageMs = ageMs
  }

  override get oldest(): TaskFacts['oldest'] {
    return { runId: '', ageMs: this.#ageMs, sinceBeatMs: this.#ageMs, beats: 0 }
  }

  override get mostSilent(): TaskFacts['mostSilent'] {
    return ({ beating = false } = {}) => (beating ? undefined : this.oldest)
  }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
