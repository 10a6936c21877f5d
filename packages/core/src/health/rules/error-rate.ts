import { type Duration, durationFrom, formatMs, msOf } from '../../base/duration.ts'
import { takes, trueOrFalse } from '../../base/options.ts'
import type { TaskFacts } from '../facts.ts'
import { bad, FINE, inThisProcess, limitWithEnd, NO_DATA } from '../judgements.ts'
import type { HealthRule, Judgement, RuleStatus } from '../rule.ts'
import {
  atLeastOne,
  commonOf,
  type Levels,
  levelsFrom,
  type RuleOptions,
  ruleOptions,
} from '../rule-options.ts'

/** Options of `rules.errorRate`. */
export interface ErrorRateOptions extends RuleOptions {
  /**
   * The rule counts the runs of the last `window`, at most `'6h'`.
   * @defaultValue ten periods, but at least `'5m'` and at most `'6h'`
   */
  readonly window?: Duration | undefined
  /**
   * An episode opens only if the window has at least this many runs.
   * @defaultValue `5`; `20` for periods under 5 s. Also `20` in the default rule of spawned work, instrumented
   * functions and external tasks without slots
   */
  readonly minRuns?: number | undefined
  /**
   * The task is degraded from this ratio of failed runs, at most 1. With `Infinity`, the task is never degraded.
   * @defaultValue `0.2`
   */
  readonly degraded?: number | undefined
  /**
   * The task is unhealthy from this ratio of failed runs, at most 1. With `Infinity`, the task is never unhealthy.
   * @defaultValue `0.5`
   */
  readonly unhealthy?: number | undefined
  /**
   * If `true`, the rule judges the lower bound of the ratio (Wilson score, 95 % confidence) instead of the ratio
   * itself. So a few failures among only few runs are not a problem yet.
   * @defaultValue `false`
   */
  readonly confidence?: boolean | undefined
}

const minWindowMs = 300_000
/** 6 h. The fact `recent` does not count runs that ended earlier than 6 h ago. */
export const maxWindowMs = 21_600_000

const ratioOrNever = takes<number>(
  'a ratio above 0 and at most 1, or Infinity for never',
  (value) => typeof value === 'number' && value > 0 && (value <= 1 || value === Number.POSITIVE_INFINITY),
)
const errorRateOptions = ruleOptions({
  window: durationFrom(1, maxWindowMs),
  minRuns: atLeastOne,
  degraded: ratioOrNever,
  unhealthy: ratioOrNever,
  confidence: trueOrFalse,
})

/**
 * Finds that the ratio of failed runs in `window` has reached `degraded` or `unhealthy`. The problem is over when the
 * ratio is at most half of `degraded`.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function errorRate(options: ErrorRateOptions = {}): HealthRule {
  const common = commonOf('error-rate', options, errorRateOptions)
  const { confidence = false, minRuns } = options
  const levels = levelsFrom('error-rate', options, { degraded: 0.2, unhealthy: 0.5 })
  const windowMs = options.window === undefined ? undefined : msOf(options.window)

  return Object.freeze({
    ...common,
    changesWithTime: true,
    describe(facts: TaskFacts): string {
      const runs = `of at least ${minRuns ?? defaultMinRuns(facts)} runs in ${formatMs(windowMs ?? defaultWindow(facts))}`
      return `degraded when ${percent(levels.degraded)} ${runs} failed, unhealthy at ${percent(levels.unhealthy)}`
    },
    judge(facts: TaskFacts, firing: boolean): Judgement {
      if (facts.failures === 0) return FINE
      const window = windowMs ?? defaultWindow(facts)
      const { succeeded, failed } = facts.recent(window)
      const runs = succeeded + failed
      if (runs < (firing ? 1 : (minRuns ?? defaultMinRuns(facts)))) return NO_DATA
      if (failed === 0) return FINE

      const value = confidence ? wilsonLowerBound(failed, runs) : failed / runs
      const status = levelOf(value, levels, confidence) ?? stillDegraded(value, levels, firing)
      if (status === undefined) return FINE
      const limit = levels[status]
      const measure = confidence ? `at least ${percent(value)}` : percent(value)
      const reason = `${failed} of ${runs} runs${inThisProcess(facts)} failed in ${formatMs(window)}: ${measure}, ${limitWithEnd(value, limit, percent)}`
      // Old runs leave the window, so the ratio changes even without a new run.
      return bad({ status, value, limit, reason }, Math.max(1_000, window / 10))
    },
  })
}

function defaultWindow({ task }: TaskFacts): number {
  return Math.min(maxWindowMs, Math.max(minWindowMs, 10 * (task.schedule.periodMs ?? 0)))
}

function defaultMinRuns({ task }: TaskFacts): number {
  return (task.schedule.periodMs ?? minWindowMs) < 5_000 ? 20 : 5
}

function levelOf(value: number, levels: Levels, confidence: boolean): RuleStatus | undefined {
  const passes = (limit: number): boolean => (confidence ? value > limit : value >= limit)
  if (passes(levels.unhealthy)) return 'unhealthy'
  return passes(levels.degraded) ? 'degraded' : undefined
}

function stillDegraded(value: number, levels: Levels, firing: boolean): RuleStatus | undefined {
  return firing && value > levels.degraded / 2 ? 'degraded' : undefined
}

/** The lower bound of `hits / total`, with one-sided 95 % confidence (Wilson score). */
export function wilsonLowerBound(hits: number, total: number): number {
  const z = 1.6448536269514722
  const ratio = hits / total
  const spread = z * Math.sqrt((ratio * (1 - ratio) + (z * z) / (4 * total)) / total)
  return (ratio + (z * z) / (2 * total) - spread) / (1 + (z * z) / total)
}

function percent(value: number): string {
  return `${Math.round(value * 1_000) / 10} %`
}
