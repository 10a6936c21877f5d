import { aDuration, type Duration, formatMs, msOf } from '../../base/duration.ts'
import type { LateCause } from '../../base/words.ts'
import type { TaskFacts } from '../facts.ts'
import { bad, FINE, inThisProcess, limitWithEnd, NO_DATA } from '../judgements.ts'
import type { HealthRule, Judgement } from '../rule.ts'
import { commonOf, type RuleOptions, ruleOptions } from '../rule-options.ts'

/** Options of `rules.late`. */
export interface LateOptions extends RuleOptions {
  /**
   * The longest allowed time from a slot to the start of its run. A planned delay, such as `jitter`, does not count.
   * @defaultValue a tenth of the period, at least `'1s'`
   */
  readonly limit?: Duration | undefined
}

const lateOptions = ruleOptions({ limit: aDuration })

/**
 * Finds that the newest run with a slot started too late: more than `limit` after its slot. The task is then
 * degraded. The problem is over when a run is late by at most half of `limit`.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function late(options: LateOptions = {}): HealthRule {
  const common = commonOf('late', options, lateOptions)
  const given = options.limit === undefined ? undefined : msOf(options.limit)
  const limitOf = ({ task }: TaskFacts): number =>
    given ?? Math.max(1_000, (task.schedule.periodMs ?? 0) / 10)

  return Object.freeze({
    ...common,
    describe: (facts: TaskFacts) => `degraded when a run starts more than ${formatMs(limitOf(facts))} late`,
    judge(facts: TaskFacts, firing: boolean): Judgement {
      const value = facts.lastLatenessMs
      const limit = limitOf(facts)
      if (value === undefined) return NO_DATA
      if (value <= (firing ? limit / 2 : limit)) return FINE
      const why = because(facts.lastLateCause)
      const reason = `the newest scheduled run${inThisProcess(facts)} started ${formatMs(value)} late, ${limitWithEnd(value, limit, formatMs)}${why}`
      return bad({ status: 'degraded', value, limit, reason })
    },
  })
}

function because(cause: LateCause | undefined): string {
  if (cause === undefined) return ''
  if (cause.why === 'previous-run') return ': the previous run had not ended yet'
  return `: '${cause.task}' blocked the event loop for ${formatMs(cause.ms)}`
}
