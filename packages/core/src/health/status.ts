import { wordsOf } from '../base/words.ts'
import type { RuleStatus } from './rule.ts'

/** The statuses from best to worst: `unknown` is worse than `healthy`. */
export type HealthStatus = 'healthy' | 'unknown' | 'degraded' | 'unhealthy'
export const healthStatuses = wordsOf<HealthStatus>({
  healthy: true,
  unknown: true,
  degraded: true,
  unhealthy: true,
})

/** The values of {@link HealthReason.rule} if no rule is the reason. */
export const noSuccess = 'no-success'
export const flapping = 'flapping'
export const notJudged = 'not-judged'
/** No rule may have these names. */
export const reasonNames: readonly string[] = [noSuccess, flapping, notJudged]

/** One reason for the health of a task, usually a rule that is firing. */
export interface HealthReason {
  /**
   * The name of the rule, or one of these:
   *
   * - `'no-success'`: a success is missing.
   * - `'flapping'`: the status kept changing and therefore recovers later.
   * - `'not-judged'`: the rules were replaced and not evaluated yet.
   */
  readonly rule: string
  readonly status: RuleStatus | 'unknown'
  readonly value: number
  readonly limit: number
  /** A sentence for people, usually with the measured value and the limit. */
  readonly reason: string
  /** Wall time at which the problem began. */
  readonly since: number
}

/** The health of one task, with its reasons, worst first. */
export interface TaskHealth {
  readonly status: HealthStatus
  /** Wall time of the last change of the status. */
  readonly since: number
  readonly flapping: boolean
  readonly reasons: readonly HealthReason[]
}

/** Returns the worst of several statuses; `healthy` if there are none. */
export function worst(statuses: Iterable<HealthStatus>): HealthStatus {
  let rank = 0
  for (const status of statuses) rank = Math.max(rank, healthStatuses.indexOf(status))
  return healthStatuses[rank] ?? 'unknown'
}
