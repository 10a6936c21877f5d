import { formatMs } from '../base/duration.ts'
import type { Now } from '../base/now.ts'
import type { TaskFacts } from '../health/facts.ts'
import { delayMs } from '../restart/backoff.ts'
import { explainRestart } from '../restart/curve.ts'
import { RecordFacts } from '../shell/task-facts.ts'
import type { TaskRecord } from '../shell/task-record.ts'

/** Something about a task that is allowed and probably not meant. */
export interface Lint {
  readonly lint: LintName
  /** What is wrong, with the numbers, and what to do. */
  readonly text: string
}

export type LintName =
  | 'unreachable-budget'
  | 'timeout-over-period'
  | 'abort-grace-over-class-grace'
  | 'retry-never-fits'
  | 'retry-of-loop'
  | 'restart-unused'
  | 'no-rules'
  | 'ignores-signal'
  | 'no-beat'
  | 'overlaps'
  | 'period-under-duration'
  | 'last-slot-unused'
  | 'holds-event-loop'

/** What `stop()` gives a class unless it is told otherwise. */
const classGraceMs = 10_000
/** From here on a synchronous part is no matter of taste. */
const longSyncMs = 1_000
/** A loop that is up has so long to give its first beat. */
const firstBeatMs = 60_000
/** With fewer slots, a share of them says nothing. */
const fewSlots = 10
const fewSamples = 5

type Check = (record: TaskRecord, now: Now) => string | undefined

const checks: Readonly<Record<LintName, Check>> = {
  'unreachable-budget': ({ state: { config } }) => {
    const { restarts, withinMs } = config.restart.budget
    if (config.kind !== 'loop' || explainRestart(config.restart).reachable) return undefined
    return `The waits alone keep it below ${restarts} restarts in ${formatMs(withinMs)}, so it is never given up: lengthen the window or shorten the backoff.`
  },
  'timeout-over-period': (record) => {
    const { timeoutMs } = record.info
    const periodMs = slotPeriodOf(record)
    if (timeoutMs === undefined || timeoutMs <= periodMs || isParallel(record)) return undefined
    return `Its timeout of ${formatMs(timeoutMs)} is longer than its period of ${formatMs(periodMs)}, so a run may outlive its next slot.`
  },
  'abort-grace-over-class-grace': ({ state: { config } }) =>
    config.abortGraceMs <= classGraceMs
      ? undefined
      : `Its abortGrace of ${formatMs(config.abortGraceMs)} is longer than the ${formatMs(classGraceMs)} that stop() gives a class by default, and there the class decides.`,
  'retry-never-fits': (record) => {
    const { retry } = record.state.config
    const fitting = retriesThatFit(record)
    if (retry === undefined || fitting >= retry.times) return undefined
    return `Only ${fitting} of its ${retry.times} retries can begin before the next slot: shorten the backoff.`
  },
  'retry-of-loop': ({ state: { config } }) =>
    config.kind !== 'loop' || config.retry === undefined
      ? undefined
      : 'Its retry begins again within one generation, which no restart budget counts and no rule sees: leave it to restart.',
  'restart-unused': ({ settings, state: { config } }) =>
    config.kind === 'loop' || !settings.namesRestart
      ? undefined
      : 'Its restart has no effect, since only loops are restarted. For further attempts of a run that failed use retry.',
  'no-rules': ({ rules }) =>
    rules.length > 0
      ? undefined
      : 'No rule judges it, so its health stays unknown: leave `health` out for the default rules.',
  'ignores-signal': ({ metrics: { outcomes } }) =>
    outcomes.abandoned === 0
      ? undefined
      : `It ignored its aborted signal ${times(outcomes.abandoned)}: pass \`signal\` on to what it waits for.`,
  'no-beat': (record, now) => {
    const { metrics, info, history } = record
    if (info.schedule.kind !== 'loop' || metrics.lastBeatAt !== undefined) return undefined
    const aliveMs = new RecordFacts(record, now).oldest?.ageMs ?? 0
    const hadTime = history !== undefined || aliveMs >= firstBeatMs
    if (!hadTime || noticesSilence(record, now)) return undefined
    return 'It has never given a beat, so no rule can tell a hang from a quiet time: call beat(), or give hung() a limit.'
  },
  overlaps: ({ metrics }) => {
    const { skipped, missed, started } = metrics
    const slots = started + missed + Object.values(skipped).reduce((sum, count) => sum + count, 0)
    if (slots < fewSlots || skipped.overlap <= slots / 2) return undefined
    return `${skipped.overlap} of ${slots} slots and triggers were skipped because a run still lived: lengthen the period.`
  },
  'period-under-duration': (record) => {
    const { recentSuccess, success } = record.metrics
    const durations = recentSuccess.count > 0 ? recentSuccess : success
    const usualMs = durations.quantile(0.5) ?? 0
    const periodMs = slotPeriodOf(record)
    if (durations.count < fewSamples || usualMs <= periodMs * record.state.config.limit) return undefined
    return `Half of its runs take ${formatMs(usualMs)} or more, longer than its period of ${formatMs(periodMs)}.`
  },
  'last-slot-unused': ({ settings, schedule, info }) => {
    const isUsed = schedule.slots?.timeline === 'wall' && info.schedule.kind !== 'once'
    if (settings.lastSlot === undefined || isUsed) return undefined
    return `Its lastSlot has no effect: the slots of '${info.schedule.text}' do not go on from an earlier process. Use cron, or every with anchor: 'epoch'.`
  },
  'holds-event-loop': ({ metrics: { syncMaxMs } }) =>
    syncMaxMs < longSyncMs
      ? undefined
      : `A run held the event loop for ${formatMs(syncMaxMs)} before its first await: split the work, or move it to a worker thread.`,
}

/** Everything about a task that is allowed and probably not meant. */
export function lintsOf(record: TaskRecord, now: Now): readonly Lint[] {
  const names = Object.keys(checks) as LintName[]
  return names.flatMap((lint) => {
    const text = checks[lint](record, now)
    return text === undefined ? [] : [{ lint, text }]
  })
}

/** `Infinity` for what has no slots that come whether or not a run lives. */
function slotPeriodOf({ info: { schedule } }: TaskRecord): number {
  const hasSlots = schedule.kind === 'every' || schedule.kind === 'cron'
  return (hasSlots ? schedule.periodMs : undefined) ?? Number.POSITIVE_INFINITY
}

function isParallel({ state: { config } }: TaskRecord): boolean {
  return config.overlap === 'parallel' && config.limit > 1
}

/** How many retries can begin before the next slot, if attempts take no time and waits are as short as they can be. */
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

/** Whether some rule would find fault with a run that is silent for a year, and finds none with a fresh one. */
function noticesSilence(record: TaskRecord, now: Now): boolean {
  const fresh = new SilentFacts(record, now, 0)
  const silent = new SilentFacts(record, now, 365 * 86_400_000)
  return record.rules.some((rule) => {
    try {
      return rule.judge(silent, false).kind === 'bad' && rule.judge(fresh, false).kind !== 'bad'
    } catch {
      return false // the rule of a user that can't judge this
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
    return { ageMs: this.#ageMs, sinceBeatMs: this.#ageMs, beats: 0 }
  }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
