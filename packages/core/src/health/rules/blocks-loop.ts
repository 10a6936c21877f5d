import { type Duration, formatMs, toMs } from '../../base/duration.ts'
import type { TaskFacts } from '../facts.ts'
import { bad, FINE } from '../judgements.ts'
import type { HealthRule, Judgement, RuleStatus } from '../rule.ts'
import { commonOf, inOrder, type RuleOptions } from '../rule-options.ts'

/** Options of `rules.blocksLoop`. */
export interface BlocksLoopOptions extends RuleOptions {
  /** A block longer than this is degraded. @defaultValue `'200ms'` */
  readonly degraded?: Duration | undefined
  /** A block longer than this is unhealthy. @defaultValue `'2s'` */
  readonly unhealthy?: Duration | undefined
}

/** The facts cover a sliding window of blocks. Judge again to see whether the last block has left it. */
const slideMs = 60_000

/**
 * Finds a run that blocked the event loop, so that nothing else in the process could run. Clears at half of `degraded`,
 * a few minutes after the block.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function blocksLoop(options: BlocksLoopOptions = {}): HealthRule {
  const common = commonOf('blocks-loop', options, ['degraded', 'unhealthy'])
  const limits = inOrder('blocks-loop', {
    degraded: toMs('blocks-loop.degraded', options.degraded ?? 200, { max: Number.POSITIVE_INFINITY }),
    unhealthy: toMs('blocks-loop.unhealthy', options.unhealthy ?? 2_000, { max: Number.POSITIVE_INFINITY }),
  })

  return Object.freeze({
    ...common,
    ignoresSuccess: true,
    describe: () =>
      `degraded when a run blocks the event loop for more than ${formatMs(limits.degraded)}, unhealthy for more than ${formatMs(limits.unhealthy)}`,
    judge({ blockedMs: value }: TaskFacts, firing: boolean): Judgement {
      if (value <= (firing ? limits.degraded / 2 : limits.degraded)) return FINE
      const status: RuleStatus = value > limits.unhealthy ? 'unhealthy' : 'degraded'
      const limit = limits[status]
      const reason = `a run blocked the event loop for ${formatMs(value)}, limit ${formatMs(limit)}`
      return bad({ status, value, limit, reason }, slideMs)
    },
  })
}
