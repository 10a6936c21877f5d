import { type Duration, durationFrom, formatMs, msOf } from '../../base/duration.ts'
import type { TaskFacts } from '../facts.ts'
import { bad, FINE, fineUntil, lookAgainMs } from '../judgements.ts'
import type { HealthRule, Judgement } from '../rule.ts'
import { commonOf, type RuleOptions, ruleOptions } from '../rule-options.ts'

/** Options of `rules.fleet`. */
export interface FleetRuleOptions extends RuleOptions {
  /** The task is degraded if this process can't use the store for longer than this. @defaultValue `'5s'` */
  readonly degraded?: Duration | undefined
}

const fleetOptions = ruleOptions({ degraded: durationFrom(0, Number.POSITIVE_INFINITY) })

/**
 * Finds that this process can't use the store of the fleet. For example, the store can't be reached, or the clock of
 * the process is wrong. The task is then degraded, because its slots wait for the store.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function fleet(options: FleetRuleOptions = {}): HealthRule {
  const limit = msOf(options.degraded ?? 5_000)
  return Object.freeze({
    ...commonOf('fleet', options, fleetOptions),
    changesWithTime: true,
    clearsWhileHeld: true,
    describe: ({ task }: TaskFacts) =>
      `degraded when ${task.fleet ?? 'the fleet'} can't be used for more than ${formatMs(limit)}`,
    judge({ fleetDown, task }: TaskFacts): Judgement {
      if (fleetDown === undefined) return FINE
      const { ms: value, error } = fleetDown
      if (value <= limit) return fineUntil(limit - value + 1)
      const why = error === undefined ? '' : `: ${error}`
      const reason = `${task.fleet ?? 'the fleet'} could not be used for ${formatMs(value)}, so its slots wait, limit ${formatMs(limit)}${why}`
      return bad({ status: 'degraded', value, limit, reason, forMs: value }, lookAgainMs)
    },
  })
}
