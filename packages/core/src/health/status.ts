import { wordsOf } from '../base/words.ts'
import type { RuleStatus } from './rule.ts'

/** The possible statuses of a task, from best to worst. */
export type HealthStatus = 'healthy' | 'unknown' | 'degraded' | 'unhealthy'
export const healthStatuses = wordsOf<HealthStatus>({
  healthy: true,
  unknown: true,
  degraded: true,
  unhealthy: true,
})

/** Values of {@link HealthReason.rule} for reasons that do not come from a rule. */
export const noSuccess = 'no-success'
export const flapping = 'flapping'
export const notJudged = 'not-judged'
/** The user can't give one of these names to a rule. */
export const reasonNames: readonly string[] = [noSuccess, flapping, notJudged]

/** One reason for the health of a task. Usually a rule has found a problem. */
export interface HealthReason {
  /**
   * The name of the rule, or one of these:
   *
   * - `'no-success'`: a success is missing, or the task has no rules.
   * - `'flapping'`: the status became worse again too often. A better status is reported only when the task is
   * stable.
   * - `'not-judged'`: the rules were replaced, and the new rules have not been evaluated yet.
   */
  readonly rule: string
  readonly status: RuleStatus | 'unknown'
  readonly value: number
  readonly limit: number
  /** Describes the problem in a sentence, usually with the value and the limit. */
  readonly reason: string
  /** Wall time at which the problem began. */
  readonly since: number
}

/** The health of one task. The worst reason comes first. */
export interface TaskHealth {
  readonly status: HealthStatus
  /** Wall time of the last change of the status. */
  readonly since: number
  readonly flapping: boolean
  readonly reasons: readonly HealthReason[]
}

export function worst(statuses: Iterable<HealthStatus>): HealthStatus {
  let rank = 0
  for (const status of statuses) rank = Math.max(rank, healthStatuses.indexOf(status))
  return healthStatuses[rank] ?? 'unknown'
}
