import { type Duration, durationFrom, formatMs } from '../../base/duration.ts'
import type { TaskFacts } from '../facts.ts'
import { bad, FINE, limitWithEnd } from '../judgements.ts'
import type { HealthRule, Judgement, RuleStatus } from '../rule.ts'
import { commonOf, levelsFrom, type RuleOptions, ruleOptions } from '../rule-options.ts'

/** Options of `rules.blocksLoop`. */
export interface BlocksLoopOptions extends RuleOptions {
  /** The task is degraded if a run blocks the event loop for longer than this. @defaultValue `'200ms'` */
  readonly degraded?: Duration | undefined
  /** The task is unhealthy if a run blocks the event loop for longer than this. @defaultValue `'2s'` */
  readonly unhealthy?: Duration | undefined
}

const aLevel = durationFrom(0, Number.POSITIVE_INFINITY)
const blocksLoopOptions = ruleOptions({ degraded: aLevel, unhealthy: aLevel })

/**
 * The problem ends without an event, because only blocks of the last 5 to 6 min count. So the rule is evaluated again
 * after this time.
 */
const slideMs = 60_000

/**
 * Finds runs that block the event loop. The problem is over when each block of the last 5 to 6 min was at most half
 * as long as `degraded`.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function blocksLoop(options: BlocksLoopOptions = {}): HealthRule {
  const common = commonOf('blocks-loop', options, blocksLoopOptions)
  const limits = levelsFrom('blocks-loop', options, { degraded: 200, unhealthy: 2_000 }, formatMs)

  return Object.freeze({
    ...common,
    changesWithTime: true,
    ignoresSuccess: true,
    describe: () =>
      `degraded when a run blocks the event loop for more than ${formatMs(limits.degraded)}, unhealthy for more than ${formatMs(limits.unhealthy)}`,
    judge({ blockedMs: value }: TaskFacts, firing: boolean): Judgement {
      if (value <= (firing ? limits.degraded / 2 : limits.degraded)) return FINE
      const status: RuleStatus = value > limits.unhealthy ? 'unhealthy' : 'degraded'
      const limit = limits[status]
      const reason = `a run blocked the event loop for ${formatMs(value)}, ${limitWithEnd(value, limit, formatMs)}`
      return bad({ status, value, limit, reason }, slideMs)
    },
  })
}
