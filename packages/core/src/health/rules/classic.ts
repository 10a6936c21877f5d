import { aDuration, type Duration, formatMs, msOf } from '../../base/duration.ts'
import { takes } from '../../base/options.ts'
import type { TaskFacts } from '../facts.ts'
import { bad, FINE } from '../judgements.ts'
import type { HealthRule, Judgement } from '../rule.ts'
import { atLeastOne, commonOf, type RuleOptions, ruleOptions } from '../rule-options.ts'

/** Options of `rules.classic`. */
export interface ClassicOptions extends RuleOptions {
  /**
   * The task is unhealthy from this number of failures per hour on. The number is an average since the start of the
   * task.
   * @defaultValue `10`
   */
  readonly maxErrorsPerHour?: number | undefined
  /**
   * The task is unhealthy from this number of restarts on. All restarts since the start of the task count, except
   * calls of `restart()`.
   * @defaultValue `3`
   */
  readonly maxRestarts?: number | undefined
  /**
   * The task is unhealthy for this long after a restart was scheduled or `restart()` was called.
   * @defaultValue `'300s'`
   */
  readonly settle?: Duration | undefined
}

const classicOptions = ruleOptions({
  maxErrorsPerHour: takes<number>('a number above 0', (value) => typeof value === 'number' && value > 0),
  maxRestarts: atLeastOne,
  settle: aDuration,
})
const hourMs = 3_600_000
/** A younger task is treated as 6 min old. Otherwise, one failure after 10 s would be a rate of 360 per hour. */
const minHours = 0.1

/**
 * Finds that the task has reached `maxErrorsPerHour` or `maxRestarts`, or that it was restarted within the last
 * `settle`. Use this rule only while you migrate to Runwell: it never forgets old failures.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function classic(options: ClassicOptions = {}): HealthRule {
  const common = commonOf('classic', options, classicOptions)
  const { maxErrorsPerHour = 10, maxRestarts: restartLimit = 3, settle = 300_000 } = options
  const settleMs = msOf(settle)

  return Object.freeze({
    ...common,
    changesWithTime: true,
    describe: () =>
      `unhealthy from ${maxErrorsPerHour} ${maxErrorsPerHour === 1 ? 'failure' : 'failures'} per hour, from ${restartLimit} ${restartLimit === 1 ? 'restart' : 'restarts'}, and for ${formatMs(settleMs)} after each restart`,
    judge(facts: TaskFacts): Judgement {
      const { total, sinceLastMs } = facts.restarts
      if (total >= restartLimit) {
        const reason = `restarted ${total === 1 ? 'once' : `${total} times`}, limit ${restartLimit}`
        return bad({ status: 'unhealthy', value: total, limit: restartLimit, reason })
      }
      const perHour = failuresPerHour(facts)
      if (perHour >= maxErrorsPerHour) {
        const reason = `${round(perHour)} failures per hour, limit ${maxErrorsPerHour}`
        const finding = { status: 'unhealthy', value: perHour, limit: maxErrorsPerHour, reason } as const
        return bad(finding, (facts.failures / maxErrorsPerHour) * hourMs - facts.activeMs + 1)
      }
      if (sinceLastMs === undefined || sinceLastMs > settleMs) return FINE
      const reason = `restarted ${formatMs(sinceLastMs)} ago, limit ${formatMs(settleMs)}`
      return bad(
        { status: 'unhealthy', value: sinceLastMs, limit: settleMs, reason },
        settleMs - sinceLastMs + 1,
      )
    },
  })
}

function failuresPerHour({ activeMs, failures }: TaskFacts): number {
  return activeMs > 0 ? failures / Math.max(activeMs / hourMs, minHours) : 0
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
