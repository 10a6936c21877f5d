import { type Duration, formatMs, toMs } from '../../base/duration.ts'
import type { TaskFacts } from '../facts.ts'
import { bad, FINE } from '../judgements.ts'
import type { HealthRule, Judgement, RuleStatus } from '../rule.ts'
import { commonOf, inOrder, type RuleOptions } from '../rule-options.ts'

export interface BlocksLoopOptions extends RuleOptions {
  /** @defaultValue `'200ms'` */
  readonly degraded?: Duration | undefined
  /** @defaultValue `'2s'` */
  readonly unhealthy?: Duration | undefined
}

/** What the facts remember of blocks slides: look whether the last one has left it. */
const slideMs = 60_000

/**
 * A run of the task held the event loop, so that nothing else in the process could happen. It clears at half of
 * `degraded`, when the block is some minutes past.
 *
 * @throws {@link InvalidOptionError} for the first option that makes no sense.
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
      `degraded when a run holds the event loop for ${formatMs(limits.degraded)}, unhealthy for ${formatMs(limits.unhealthy)}`,
    judge({ blockedMs: value }: TaskFacts, firing: boolean): Judgement {
      if (value <= (firing ? limits.degraded / 2 : limits.degraded)) return FINE
      const status: RuleStatus = value > limits.unhealthy ? 'unhealthy' : 'degraded'
      const limit = limits[status]
      const reason = `a run held the event loop for ${formatMs(value)}, limit ${formatMs(limit)}`
      return bad({ status, value, limit, reason }, slideMs)
    },
  })
}
