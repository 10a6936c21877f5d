import { aDuration, type Duration, durationFrom, formatMs, msOf } from '../../base/duration.ts'
import type { TaskFacts } from '../facts.ts'
import { bad, FINE, fineUntil, lookAgainMs } from '../judgements.ts'
import type { HealthRule, Judgement } from '../rule.ts'
import { commonOf, type RuleOptions, ruleOptions } from '../rule-options.ts'

const enoughSamples = 20
const aLimit = durationFrom(1)

/** Options of `rules.slow`. */
export interface SlowOptions extends RuleOptions {
  /**
   * The longest time that a run may take.
   * @defaultValue the longest of these three: `atLeast`, three times `expected`, and twice the 0.99 quantile of the
   * durations of successes
   */
  readonly limit?: Duration | undefined
  /**
   * How long a run usually takes.
   * @defaultValue none: unless `limit` is set, the rule judges only after 20 successes
   */
  readonly expected?: Duration | undefined
  /** The default of `limit` is never shorter than this. @defaultValue `'30s'` */
  readonly atLeast?: Duration | undefined
}

const slowOptions = ruleOptions({ limit: aLimit, expected: aLimit, atLeast: aDuration })

/**
 * Finds an active run that takes longer than the option `limit`. The task is degraded until this run ends. The rule
 * does not judge loops.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function slow(options: SlowOptions = {}): HealthRule {
  const common = commonOf('slow', options, slowOptions)
  const given = options.limit === undefined ? undefined : msOf(options.limit)
  const expectedMs = options.expected === undefined ? undefined : msOf(options.expected)
  const atLeastMs = msOf(options.atLeast ?? 30_000)
  const idle = given === undefined ? FINE : fineUntil(given)

  const limitOf = ({ p99Ms, samples }: TaskFacts): number | undefined => {
    if (given !== undefined) return given
    const usualMs = p99Ms !== undefined && samples >= enoughSamples ? p99Ms : undefined
    if (usualMs === undefined && expectedMs === undefined) return undefined
    return Math.max(3 * (expectedMs ?? 0), 2 * (usualMs ?? 0), atLeastMs)
  }

  return Object.freeze({
    ...common,
    changesWithTime: true,
    ignoresSuccess: true,
    describe(facts: TaskFacts): string {
      const limitMs = limitOf(facts)
      const limit =
        limitMs === undefined ? 'twice its usual time, which is known after 20 successes' : formatMs(limitMs)
      return `degraded while a run takes longer than ${limit}`
    },
    judge(facts: TaskFacts): Judgement {
      const { oldest, activeRuns, task } = facts
      if (task.schedule.restarts) return FINE
      if (oldest === undefined) return idle
      const limit = limitOf(facts)
      if (limit === undefined) return FINE
      if (oldest.ageMs <= limit) return fineUntil(limit - oldest.ageMs)
      const { runId, ageMs } = oldest
      const reason = `${whichRun(runId, activeRuns)} has taken ${formatMs(ageMs)} so far, limit ${formatMs(limit)}`
      return bad({ status: 'degraded', value: ageMs, limit, reason, forMs: ageMs - limit, runId })
    },
  })
}

function whichRun(runId: string, activeRuns: number): string {
  return activeRuns < 2 ? 'a run' : `run ${runId}, 1 of ${activeRuns} active runs,`
}

/** Options of `rules.hung`. */
export interface HungOptions extends RuleOptions {
  /**
   * The longest time between two signs of life: calls of `beat()` and ends of units. A run without them must end
   * within this time.
   * @defaultValue `'10m'` for a loop; otherwise the longest of `'10m'`, three periods, and three times the 0.99
   * quantile of the durations of successes (from 20 successes on)
   */
  readonly limit?: Duration | undefined
}

const hungOptions = ruleOptions({ limit: aLimit })
const stuckOptions = ruleOptions({})
const minHungMs = 600_000

/**
 * Finds an active run that has neither called `beat()` nor ended a unit for longer than `limit`. The task is then
 * unhealthy.
 *
 * A loop that has never called `beat()` is judged only if `limit` is set.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function hung(options: HungOptions = {}): HealthRule {
  const common = commonOf('hung', options, hungOptions)
  const given = options.limit === undefined ? undefined : msOf(options.limit)
  // A hung run does not end, so no event causes an evaluation. The rule therefore always asks for a later evaluation.
  const idle = fineUntil(given ?? minHungMs)

  return Object.freeze({
    ...common,
    changesWithTime: true,
    ignoresSuccess: true,
    judgesSilence: true,
    describe(facts: TaskFacts): string {
      const isLoop = facts.task.schedule.restarts
      const isSilent = `a run does not ${isLoop ? '' : 'end, '}call beat() or end a unit`
      const stops = 'a run that has called beat() does not call it again or end a unit'
      return `unhealthy when ${isLoop && given === undefined ? stops : isSilent} for ${formatMs(given ?? hungLimit(facts))}`
    },
    judge(facts: TaskFacts): Judgement {
      const run = facts.mostSilent({ beating: facts.task.schedule.restarts && given === undefined })
      if (run === undefined) return idle
      const { runId } = run
      const limit = given ?? hungLimit(facts)
      const value = run.sinceBeatMs
      if (value <= limit) return fineUntil(limit - value)
      const missing = missingFrom(run)
      const reason = `${whichRun(runId, facts.activeRuns)} has ${missing} for ${formatMs(value)}, limit ${formatMs(limit)}`
      return bad({ status: 'unhealthy', value, limit, reason, forMs: value - limit, runId }, lookAgainMs)
    },
  })
}

function missingFrom({ ageMs, beats, sinceBeatMs }: NonNullable<TaskFacts['oldest']>): string {
  if (beats > 0) return 'neither called beat() nor ended a unit'
  return sinceBeatMs < ageMs ? 'not ended a unit' : 'neither ended nor called beat()'
}

function hungLimit({ task, p99Ms, samples }: TaskFacts): number {
  const { restarts, periodMs = 0 } = task.schedule
  // How long the runs of a loop take says nothing about the time between two beats.
  if (restarts) return minHungMs
  const usualMs = samples >= enoughSamples ? (p99Ms ?? 0) : 0
  return Math.max(3 * usualMs, 3 * periodMs, minHungMs)
}

/**
 * Finds a run that ignores its abort signal and blocks the next run. The task is unhealthy until this run ends.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function stuck(options: RuleOptions = {}): HealthRule {
  return Object.freeze({
    ...commonOf('stuck', options, stuckOptions),
    changesWithTime: true,
    ignoresSuccess: true,
    describe: () => 'unhealthy while a run that ignores its abort signal blocks the next',
    judge({ stuckMs }: TaskFacts): Judgement {
      if (stuckMs === undefined) return FINE
      const blocks = stuckMs < 1_000 ? 'blocks this task' : `has blocked this task for ${formatMs(stuckMs)}`
      const reason = `the previous run ignored its abort signal and ${blocks}`
      return bad({ status: 'unhealthy', value: stuckMs, limit: 0, reason, forMs: stuckMs }, lookAgainMs)
    },
  })
}
