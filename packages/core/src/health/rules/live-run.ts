import { type Duration, formatMs, toMs } from '../../base/duration.ts'
import type { TaskFacts } from '../facts.ts'
import { bad, FINE, fineUntil, lookAgainMs } from '../judgements.ts'
import type { HealthRule, Judgement } from '../rule.ts'
import { commonOf, type RuleOptions } from '../rule-options.ts'

/** With fewer successes, the durations seen so far say too little about the next. */
const enoughSamples = 20

export interface SlowOptions extends RuleOptions {
  /** A run may take so long. @defaultValue three times `expected` or twice the 0.99 quantile of its successes, whichever is more */
  readonly limit?: Duration | undefined
  /** How long a run usually takes. @defaultValue not known: judged once there are 20 successes */
  readonly expected?: Duration | undefined
  /** A limit that was derived is at least this, so that quick tasks are not called slow for a hiccup. @defaultValue `'30s'` */
  readonly atLeast?: Duration | undefined
}

/**
 * A live run takes far longer than runs of this task do: degraded until it ends. Not for loops, whose runs have no end.
 *
 * @throws {@link InvalidOptionError} for the first option that makes no sense.
 */
export function slow(options: SlowOptions = {}): HealthRule {
  const common = commonOf('slow', options, ['limit', 'expected', 'atLeast'])
  const given = options.limit === undefined ? undefined : toMs('slow.limit', options.limit, { min: 1 })
  const expectedMs =
    options.expected === undefined ? undefined : toMs('slow.expected', options.expected, { min: 1 })
  const atLeastMs = toMs('slow.atLeast', options.atLeast ?? 30_000)
  const idle = given === undefined ? FINE : fineUntil(given)

  const limitOf = ({ p99Ms, samples }: TaskFacts): number | undefined => {
    if (given !== undefined) return given
    const usualMs = p99Ms !== undefined && samples >= enoughSamples ? p99Ms : undefined
    if (usualMs === undefined && expectedMs === undefined) return undefined
    return Math.max(3 * (expectedMs ?? 0), 2 * (usualMs ?? 0), atLeastMs)
  }

  return Object.freeze({
    ...common,
    ignoresSuccess: true,
    describe(facts: TaskFacts): string {
      const limitMs = limitOf(facts)
      const limit = limitMs === undefined ? 'twice the usual, known after 20 successes' : formatMs(limitMs)
      return `degraded while a run takes longer than ${limit}`
    },
    judge(facts: TaskFacts): Judgement {
      const { oldest, task } = facts
      if (task.schedule.kind === 'loop') return FINE
      if (oldest === undefined) return idle
      const limit = limitOf(facts)
      if (limit === undefined) return FINE
      if (oldest.ageMs <= limit) return fineUntil(limit - oldest.ageMs)
      const reason = `a run has taken ${formatMs(oldest.ageMs)} so far, limit ${formatMs(limit)}`
      return bad({ status: 'degraded', value: oldest.ageMs, limit, reason, forMs: oldest.ageMs - limit })
    },
  })
}

export interface HungOptions extends RuleOptions {
  /**
   * A run may go without an end, and without a beat if it gives any, for so long.
   * @defaultValue the most of three times the 0.99 quantile of 20 or more successes, three periods, and `'10m'`
   */
  readonly limit?: Duration | undefined
}

const leastHungMs = 600_000

/**
 * A live run gives no sign of life: no end, and no beat since so long. Unhealthy until it ends or beats. A loop is
 * judged by its beats alone: only once it has given one, or where a limit says that it should.
 *
 * @throws {@link InvalidOptionError} for the first option that makes no sense.
 */
export function hung(options: HungOptions = {}): HealthRule {
  const common = commonOf('hung', options, ['limit'])
  const given = options.limit === undefined ? undefined : toMs('hung.limit', options.limit, { min: 1 })
  // A run may start, or a loop give its first beat, and hang, without anything that would have the rules look.
  const idle = fineUntil(given ?? leastHungMs)

  return Object.freeze({
    ...common,
    ignoresSuccess: true,
    judgesSilence: true,
    describe(facts: TaskFacts): string {
      const sign = facts.task.schedule.kind === 'loop' ? 'gives no beat' : 'neither ends nor beats'
      return `unhealthy when a run ${sign} for ${formatMs(given ?? hungLimit(facts))}`
    },
    judge(facts: TaskFacts): Judgement {
      const { oldest, task } = facts
      if (oldest === undefined) return idle
      if (task.schedule.kind === 'loop' && oldest.beats === 0 && given === undefined) return idle
      const limit = given ?? hungLimit(facts)
      const value = oldest.beats > 0 ? oldest.sinceBeatMs : oldest.ageMs
      if (value <= limit) return fineUntil(limit - value)
      const sign = oldest.beats > 0 ? 'no beat' : 'no sign of life'
      const reason = `a run has given ${sign} for ${formatMs(value)}, limit ${formatMs(limit)}`
      return bad({ status: 'unhealthy', value, limit, reason, forMs: value - limit }, lookAgainMs)
    },
  })
}

/** How long a run of this task may be silent, where no option says it. */
function hungLimit({ task, p99Ms, samples }: TaskFacts): number {
  const { kind, periodMs = 0 } = task.schedule
  // How long the generations of a loop lived says nothing of its beats.
  if (kind === 'loop') return leastHungMs
  const usualMs = samples >= enoughSamples ? (p99Ms ?? 0) : 0
  return Math.max(3 * usualMs, 3 * periodMs, leastHungMs)
}

/**
 * A run that was told to end does not, and the next one may not start beside it: unhealthy at once, until it ends.
 *
 * @throws {@link InvalidOptionError} for the first option that makes no sense.
 */
export function stuck(options: RuleOptions = {}): HealthRule {
  return Object.freeze({
    ...commonOf('stuck', options, []),
    ignoresSuccess: true,
    describe: () => 'unhealthy while an abandoned run blocks the next',
    judge({ stuckMs }: TaskFacts): Judgement {
      if (stuckMs === undefined) return FINE
      const reason = `an abandoned run has blocked the next for ${formatMs(stuckMs)}, limit 0 ms`
      return bad({ status: 'unhealthy', value: stuckMs, limit: 0, reason, forMs: stuckMs }, lookAgainMs)
    },
  })
}
