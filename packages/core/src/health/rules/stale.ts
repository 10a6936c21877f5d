import { aDuration, type Duration, durationFrom, formatMs, msOf } from '../../base/duration.ts'
import { defaultGraceMs } from '../../base/grace.ts'
import { hostOf } from '../../base/task-info.ts'
import type { TaskFacts } from '../facts.ts'
import { bad, FINE, fineUntil, inAnyProcess } from '../judgements.ts'
import type { HealthRule, Judgement, RuleStatus } from '../rule.ts'
import {
  commonOf,
  countOrNever,
  type Levels,
  levelsFrom,
  type RuleOptions,
  ruleOptions,
} from '../rule-options.ts'

/** Options of `rules.stale`. */
export interface StaleOptions extends RuleOptions {
  /**
   * A run must succeed within this time after its slot.
   * @defaultValue half a period, but at least `'30s'` and at most `'5m'`; `'5m'` for a task that runs once; for an
   * external task, its option `grace`
   */
  readonly grace?: Duration | undefined
  /** The task is degraded when this many runs were due since the last success. @defaultValue `1` */
  readonly degraded?: number | undefined
  /**
   * The task is unhealthy when this many runs were due since the last success.
   * @defaultValue `3`; an external task is also unhealthy if no run has begun 1.25 × `grace` after a slot
   */
  readonly unhealthy?: number | undefined
  /**
   * For a task without slots, such as a manual task: how often a run should succeed.
   * @defaultValue none: the rule uses the slots of the schedule
   */
  readonly every?: Duration | undefined
}

const staleOptions = ruleOptions({
  grace: aDuration,
  degraded: countOrNever,
  unhealthy: countOrNever,
  every: durationFrom(1),
})

interface Unmet {
  readonly slots: number
  readonly ageMs: number
  readonly periodMs: number
}

/**
 * Finds that no run has succeeded although runs were due. For example, all runs fail, a run hangs, or no run starts.
 * The problem is over when a run succeeds.
 *
 * While a run is active, also in another process of a fleet, the rule waits longer: by the age of this run, but by at
 * most one period.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function stale(options: StaleOptions = {}): HealthRule {
  const common = commonOf('stale', options, staleOptions)
  const levels = levelsFrom('stale', options, { degraded: 1, unhealthy: 3 })
  const graceMs = options.grace === undefined ? undefined : msOf(options.grace)
  const everyMs = options.every === undefined ? undefined : msOf(options.every)

  return Object.freeze({
    ...common,
    changesWithTime: true,
    ignoresSuccess: true,
    describe(facts: TaskFacts): string {
      const grace = formatMs(graceMs ?? facts.task.graceMs ?? defaultGraceMs(everyMs ?? periodOf(facts)))
      const text = `degraded ${grace} after ${runsText(levels.degraded)} without success, unhealthy after ${levels.unhealthy}`
      if (everyMs !== undefined || facts.task.graceMs === undefined || options.unhealthy !== undefined)
        return text
      const silent = formatMs(silenceFactor * (graceMs ?? facts.task.graceMs))
      return `${text}, or ${silent} after a slot for which no run has begun`
    },
    judge(facts: TaskFacts): Judgement {
      const found = judgeSuccess(facts)
      return everyMs === undefined ? worse(found, judgeSilence(facts, found)) : found
    },
  })

  function judgeSilence(facts: TaskFacts, found: Judgement): Judgement {
    const { missing, oldest, task } = facts
    if (missing === undefined || oldest !== undefined) return FINE
    const grace = graceMs ?? task.graceMs ?? defaultGraceMs(periodOf(facts))
    const { slots, ageMs } = missing
    if (ageMs < grace || slots < levels.degraded) return fineUntil(grace - ageMs)
    const untilUnhealthyMs =
      options.unhealthy === undefined ? silenceFactor * grace - ageMs : Number.POSITIVE_INFINITY
    const isUnhealthy = untilUnhealthyMs <= 0 || (found.kind === 'bad' && found.status === 'unhealthy')
    const status = isUnhealthy ? 'unhealthy' : 'degraded'
    const finding = {
      status,
      value: slots,
      limit: levels.degraded,
      reason: silenceText(facts, missing),
      forMs: ageMs,
    } as const
    return bad(
      finding,
      untilUnhealthyMs > 0 && Number.isFinite(untilUnhealthyMs) ? untilUnhealthyMs : undefined,
    )
  }

  function judgeSuccess(facts: TaskFacts): Judgement {
    const periodMs = everyMs ?? periodOf(facts)
    const grace = graceMs ?? facts.task.graceMs ?? defaultGraceMs(periodMs)
    const unmet = everyMs === undefined ? slotsOf(facts, periodMs) : intervalsOf(facts, everyMs)
    if (unmet.slots === 0)
      return everyMs === undefined ? untilNextSlot(facts, periodMs, grace) : fineUntil(grace - unmet.ageMs)

    const status = statusOf(unmet, levels, grace + excusedMs(facts, periodMs))
    const recheckInMs = untilOverdue(
      facts,
      unmet,
      status === undefined ? levels.degraded : levels.unhealthy,
      grace,
    )
    if (status === undefined) return { kind: 'fine', recheckInMs }
    const limit = levels[status]
    const age = formatMs(unmet.ageMs)
    const reason = `no success${inAnyProcess(facts)} although ${unmet.slots === 1 ? '1 run was' : `${unmet.slots} runs were`} due, limit ${limit}; the oldest was due ${age} ago`
    const finding = { status, value: unmet.slots, limit, reason, forMs: unmet.ageMs }
    return bad(finding, status === 'unhealthy' ? undefined : recheckInMs)
  }
}

/**
 * Without the option `unhealthy`, an external task is unhealthy if no run has begun within this multiple of `grace`
 * after a slot.
 */
const silenceFactor = 1.25

function silenceText({ task }: TaskFacts, missing: NonNullable<TaskFacts['missing']>): string {
  const { slots, lastStartedAt } = missing
  const since =
    lastStartedAt === undefined
      ? 'has never run it'
      : `has not run it since ${new Date(lastStartedAt).toISOString()}`
  return `${hostOf(task)} ${since}; ${slots === 1 ? '1 expected run is' : `${slots} expected runs are`} missing`
}

function worse(found: Judgement, silence: Judgement): Judgement {
  const recheckInMs = earlier(found, silence)
  const judgement = silence.kind === 'bad' ? silence : found
  return recheckInMs === undefined || judgement.kind === 'no-data' ? judgement : { ...judgement, recheckInMs }
}

function earlier(...judgements: readonly Judgement[]): number | undefined {
  const times = judgements.flatMap((each) =>
    'recheckInMs' in each && each.recheckInMs !== undefined ? [each.recheckInMs] : [],
  )
  return times.length === 0 ? undefined : Math.min(...times)
}

function runsText(count: number): string {
  return count === 1 ? '1 run' : `${count} runs`
}

function periodOf({ task }: TaskFacts): number {
  return task.schedule.periodMs ?? Number.POSITIVE_INFINITY
}

function slotsOf({ unmetSlots, unmetMs }: TaskFacts, periodMs: number): Unmet {
  return { slots: unmetSlots, ageMs: unmetMs, periodMs }
}

function intervalsOf({ sinceSuccessMs, activeMs }: TaskFacts, everyMs: number): Unmet {
  const silentMs = Math.min(sinceSuccessMs ?? activeMs, activeMs)
  return { slots: Math.floor(silentMs / everyMs), ageMs: silentMs - everyMs, periodMs: everyMs }
}

function excusedMs(facts: TaskFacts, periodMs: number): number {
  return Math.min(ageOfRun(facts) ?? 0, periodMs)
}

function ageOfRun({ oldest, elsewhereMs }: TaskFacts): number | undefined {
  return oldest === undefined ? elsewhereMs : Math.max(oldest.ageMs, elsewhereMs ?? 0)
}

function statusOf(unmet: Unmet, levels: Levels, allowedMs: number): RuleStatus | undefined {
  const overdue = (count: number): boolean => unmet.slots >= count && ageOf(count, unmet) > allowedMs
  if (overdue(levels.unhealthy)) return 'unhealthy'
  return overdue(levels.degraded) ? 'degraded' : undefined
}

/** Returns the age of slot number `count`, counted from the oldest slot. Negative for a future slot. */
function ageOf(count: number, { ageMs, periodMs }: Unmet): number {
  return count === 1 ? ageMs : ageMs - (count - 1) * periodMs
}

function untilOverdue(facts: TaskFacts, unmet: Unmet, count: number, grace: number): number | undefined {
  const allowedMs = ageOfRun(facts) === undefined ? grace : grace + unmet.periodMs
  const inMs = allowedMs - ageOf(count, unmet)
  return soon(inMs >= 0 ? inMs : unmet.periodMs)
}

const afterHoldMs = 30_000

function untilNextSlot(facts: TaskFacts, periodMs: number, grace: number): Judgement {
  const { sinceSuccessMs, lastDurationMs = 0, lastLatenessMs = 0, armedMs, activeMs } = facts
  const wasHeld = armedMs < Math.min(sinceSuccessMs ?? activeMs, activeMs)
  if (wasHeld && Number.isFinite(periodMs))
    return { kind: 'fine', recheckInMs: Math.min(periodMs, Math.max(grace, afterHoldMs)) }
  const sinceSlotMs =
    sinceSuccessMs === undefined ? armedMs : sinceSuccessMs + lastDurationMs + lastLatenessMs
  const inMs = soon(periodMs - sinceSlotMs > 0 ? periodMs - sinceSlotMs + grace : periodMs)
  return inMs === undefined ? FINE : { kind: 'fine', recheckInMs: inMs }
}

/** At exactly the limit there is no problem yet, so 1 ms is added. */
function soon(ms: number): number | undefined {
  return Number.isFinite(ms) ? ms + 1 : undefined
}
