import { aDuration, type Duration, durationFrom, formatMs, msOf } from '../../base/duration.ts'
import type { TaskFacts } from '../facts.ts'
import { bad, FINE, fineUntil, lookAgainMs } from '../judgements.ts'
import type { HealthRule, Judgement } from '../rule.ts'
import { commonOf, type RuleOptions, ruleOptions } from '../rule-options.ts'

/** With fewer successes, their durations do not show how long the next run may take. */
const enoughSamples = 20
const aLimit = durationFrom(1)

/** Options of `rules.slow`. */
export interface SlowOptions extends RuleOptions {
  /**
   * The longest time that a run may take.
   * @defaultValue the longest of three times `expected`, twice the 0.99 quantile of the successes, and `atLeast`
   */
  readonly limit?: Duration | undefined
  /** How long a run usually takes. @defaultValue unknown: the rule judges once there are 20 successes */
  readonly expected?: Duration | undefined
  /**
   * The default of `limit` is at least this, so that a short task is not slow because of a short delay.
   * @defaultValue `'30s'`
   */
  readonly atLeast?: Duration | undefined
}

const slowOptions = ruleOptions({ limit: aLimit, expected: aLimit, atLeast: aDuration })

/**
 * Finds an active run that takes far longer than runs of this task usually do: degraded until it ends. The rule
 * ignores loops, whose runs have no usual duration.
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

/** Names the run of a finding. Its id is needed only if other runs are active. */
function whichRun(runId: string, activeRuns: number): string {
  return activeRuns < 2 ? 'a run' : `run ${runId}, 1 of ${activeRuns} active runs,`
}

/** Options of `rules.hung`. */
export interface HungOptions extends RuleOptions {
  /**
   * The longest time without a `beat()`, or without an end for a run that never beats.
   * @defaultValue `'10m'` for a loop; otherwise the longest of three times the 0.99 quantile of 20 or more successes,
   * three periods, and `'10m'`
   */
  readonly limit?: Duration | undefined
}

const hungOptions = ruleOptions({ limit: aLimit })
const stuckOptions = ruleOptions({})
const minHungMs = 600_000

/**
 * Finds that an active run shows no progress: it has neither ended nor called `beat()` for too long. Unhealthy until it
 * does. A loop is judged only after its first `beat()`, or if `limit` is set. A restart aborts only the runs that hang.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function hung(options: HungOptions = {}): HealthRule {
  const common = commonOf('hung', options, hungOptions)
  const given = options.limit === undefined ? undefined : msOf(options.limit)
  // A hung run causes no event, and neither does a loop that stops beating. So the rule asks for an evaluation after
  // its limit, even while no run is active.
  const idle = fineUntil(given ?? minHungMs)

  return Object.freeze({
    ...common,
    changesWithTime: true,
    ignoresSuccess: true,
    judgesSilence: true,
    describe(facts: TaskFacts): string {
      const isLoop = facts.task.schedule.restarts
      const isSilent = isLoop ? 'a run does not call beat()' : 'a run neither ends nor calls beat()'
      // A loop without the option `limit` is judged from its first beat on.
      const stops = 'a run that has called beat() does not call it again'
      return `unhealthy when ${isLoop && given === undefined ? stops : isSilent} for ${formatMs(given ?? hungLimit(facts))}`
    },
    judge(facts: TaskFacts): Judgement {
      const run = facts.mostSilent({ beating: facts.task.schedule.restarts && given === undefined })
      if (run === undefined) return idle
      const { runId } = run
      const limit = given ?? hungLimit(facts)
      const value = run.beats > 0 ? run.sinceBeatMs : run.ageMs
      if (value <= limit) return fineUntil(limit - value)
      const missing = run.beats > 0 ? 'not called beat()' : 'neither ended nor called beat()'
      const reason = `${whichRun(runId, facts.activeRuns)} has ${missing} for ${formatMs(value)}, limit ${formatMs(limit)}`
      return bad({ status: 'unhealthy', value, limit, reason, forMs: value - limit, runId }, lookAgainMs)
    },
  })
}

function hungLimit({ task, p99Ms, samples }: TaskFacts): number {
  const { restarts, periodMs = 0 } = task.schedule
  // The durations of a loop's generations say nothing about its beats.
  if (restarts) return minHungMs
  const usualMs = samples >= enoughSamples ? (p99Ms ?? 0) : 0
  return Math.max(3 * usualMs, 3 * periodMs, minHungMs)
}

/**
 * Finds a run that ignores its abort signal and blocks the next one: unhealthy immediately, until that run ends.
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
