import type { Duration } from '../base/duration.ts'
import type { TaskFacts } from './facts.ts'

/** The severity of a finding. */
export type RuleStatus = 'degraded' | 'unhealthy'

/** A problem that a rule has found. */
export interface Finding {
  readonly status: RuleStatus
  /** The measured value, and the limit that the rule compares it with. */
  readonly value: number
  readonly limit: number
  /** A sentence for people, with the value and the limit. */
  readonly reason: string
  /** How long the problem has existed already, in milliseconds of awake time. @defaultValue `0` */
  readonly forMs?: number | undefined
  /**
   * The active run that has the problem. A restart that the rule requests then aborts only this run, and the rule
   * requests one for each further run that it finds. @defaultValue all active runs
   */
  readonly runId?: string | undefined
}

/** The current result of a rule for a task. */
export type Judgement =
  /** The rule finds no problem. */
  | { readonly kind: 'fine'; readonly recheckInMs?: number | undefined }
  | ({ readonly kind: 'bad'; readonly recheckInMs?: number | undefined } & Finding)
  /** The rule has too little data. Its last status is kept for some time, and the time of `keepFor` starts again. */
  | { readonly kind: 'no-data'; readonly recheckInMs?: number | undefined }

/**
 * A health rule judges the facts of one task, and says when an episode opens and closes. Create one with
 * `rules.errorRate`, `rules.stale` and so on, or from your own function with `rule()`. Tasks can share a rule.
 */
export interface HealthRule {
  readonly name: string
  /** When an episode opens and closes. Each rule moves through ok → pending → firing → clearing → ok. */
  readonly life: {
    /** An episode opens only after the rule has found the problem for this long. */
    readonly forMs: number
    /** An episode opens only after this many consecutive runs have ended with the problem. */
    readonly runs: number
    /** An episode closes only after the rule has found no problem for this long. */
    readonly keepForMs: number
    /** An episode closes only after this many consecutive runs have ended without the problem. */
    readonly okRuns: number
  }
  /** Whether the rule requests a restart of the task when an episode opens. */
  readonly restarts: boolean
  /**
   * Whether the rule finds runs that show no progress, such as `rules.hung`. While it finds one, a restart may
   * interrupt that run.
   */
  readonly judgesSilence?: boolean | undefined
  /**
   * Whether the rule need not be evaluated after a success of a healthy task. This makes frequent tasks cheaper. The
   * rule is still evaluated after each `recheckInMs`, and if the success blocked the event loop for 1 ms or more.
   */
  readonly ignoresSuccess?: boolean | undefined
  /**
   * Whether the value of a finding changes as time passes. Reading the health then evaluates the rule again, so that
   * the reason shows the current value. Only for rules that compute their result from the facts alone.
   */
  readonly changesWithTime?: boolean | undefined
  /** Describes the rule for `explain()`. */
  describe(facts: TaskFacts): string
  /** @param firing - whether an episode is open; the rule may then apply a lower limit than before */
  judge(facts: TaskFacts, firing: boolean): Judgement
}

/**
 * A custom rule. It is called at the end of each run, and again after the `recheckInMs` that it returned, or else at
 * each monitor tick (after a minute if `rule()` made the rule).
 */
export type UserRule = (facts: TaskFacts) =>
  | (Omit<Finding, 'forMs'> & {
      /** How long the problem has existed already. @defaultValue `0` */
      readonly forMs?: Duration | undefined
      /** @defaultValue the next monitor tick */
      readonly recheckInMs?: Duration | undefined
    })
  | undefined

export type RuleLifeOptions = HealthRule['life']

/**
 * The rules of a task: a list replaces the default rules, `{ add }` adds rules to them and replaces those of the same
 * name.
 */
export type HealthOption =
  | readonly (HealthRule | UserRule)[]
  | { readonly add: readonly (HealthRule | UserRule)[] }
