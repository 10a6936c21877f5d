import { type Duration, formatMs, toMs } from '../../base/duration.ts'
import { InvalidOptionError } from '../../base/errors.ts'
import type { TaskFacts } from '../facts.ts'
import { bad, FINE, NO_DATA } from '../judgements.ts'
import type { HealthRule, Judgement, RuleStatus } from '../rule.ts'
import { atLeastOne, commonOf, inOrder, type Levels, type RuleOptions } from '../rule-options.ts'

export interface ErrorRateOptions extends RuleOptions {
  /** How far back runs count, at most `'6h'`. @defaultValue ten periods, at least `'5m'` */
  readonly window?: Duration | undefined
  /** With fewer runs in the window it does not judge. @defaultValue `5`, and `20` for periods under 5 s */
  readonly minRuns?: number | undefined
  /** Share of failed runs, above 0 and at most 1. @defaultValue `0.2` */
  readonly degraded?: number | undefined
  /** @defaultValue `0.5` */
  readonly unhealthy?: number | undefined
  /**
   * Judge not the measured share but what it is at least, with 95 % confidence (the lower Wilson bound): few runs then
   * need to be worse than many.
   * @defaultValue `false`
   */
  readonly confidence?: boolean | undefined
}

const minWindowMs = 300_000
/** Facts remember no runs from before this. */
export const maxWindowMs = 21_600_000

/**
 * Too many of the latest runs failed. It clears at half of `degraded`; while it fires, any run in the window counts,
 * so that a task which seldom runs can heal.
 *
 * @throws {@link InvalidOptionError} for the first option that makes no sense.
 */
export function errorRate(options: ErrorRateOptions = {}): HealthRule {
  const common = commonOf('error-rate', options, ['window', 'minRuns', 'degraded', 'unhealthy', 'confidence'])
  const { degraded = 0.2, unhealthy = 0.5, confidence = false } = options
  const levels = inOrder('error-rate', {
    degraded: share('error-rate.degraded', degraded),
    unhealthy: share('error-rate.unhealthy', unhealthy),
  })
  const windowMs =
    options.window === undefined
      ? undefined
      : toMs('error-rate.window', options.window, { min: 1, max: maxWindowMs })
  const minRuns =
    options.minRuns === undefined ? undefined : atLeastOne('error-rate.minRuns', options.minRuns)
  if (typeof confidence !== 'boolean') {
    throw new InvalidOptionError('error-rate.confidence', 'true or false', confidence)
  }

  return Object.freeze({
    ...common,
    describe(facts: TaskFacts): string {
      const runs = `of at least ${minRuns ?? defaultMinRuns(facts)} runs in ${formatMs(windowMs ?? defaultWindow(facts))}`
      return `degraded when ${percent(levels.degraded)} ${runs} failed, unhealthy at ${percent(levels.unhealthy)}`
    },
    judge(facts: TaskFacts, firing: boolean): Judgement {
      if (facts.failures === 0) return FINE // most tasks, most of the time: spare them the counting
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
      const reason = `${failed} of ${runs} runs failed in ${formatMs(window)}: ${measure}, limit ${percent(limit)}`
      // Runs leave the window as time passes: that can change the share without a new run.
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

/**
 * What a share is at least, with one-sided 95 % confidence, when `hits` of `total` were seen (Wilson's score interval).
 */
export function wilsonLowerBound(hits: number, total: number): number {
  const z = 1.6448536269514722
  const share = hits / total
  const spread = z * Math.sqrt((share * (1 - share) + (z * z) / (4 * total)) / total)
  return (share + (z * z) / (2 * total) - spread) / (1 + (z * z) / total)
}

function share(option: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && (value <= 1 || value === Number.POSITIVE_INFINITY))
    return value
  throw new InvalidOptionError(option, 'a share above 0 and at most 1 (or Infinity for never)', value)
}

function percent(value: number): string {
  return `${Math.round(value * 1_000) / 10} %`
}
