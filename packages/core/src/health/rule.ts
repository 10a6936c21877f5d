import type { Duration } from '../base/duration.ts'
import type { TaskFacts } from './facts.ts'

/** The severity of a finding. */
export type RuleStatus = 'degraded' | 'unhealthy'

/** A problem that a rule has found. */
export interface Finding {
  readonly status: RuleStatus
  /** The measured value, and its limit. */
  readonly value: number
  readonly limit: number
  /** A sentence for people, with the value and the limit. */
  readonly reason: string
  /** How long the problem has existed, in milliseconds of awake time. @defaultValue `0` */
  readonly forMs?: number | undefined
  /**
   * The active run that has the problem. A restart then aborts only this run.
   * @defaultValue all active runs
   */
  readonly runId?: string | undefined
}

/** The current result of a rule for a task. */
export type Judgement =
  /** The rule finds no problem. */
  | { readonly kind: 'fine'; readonly recheckInMs?: number | undefined }
  | ({ readonly kind: 'bad'; readonly recheckInMs?: number | undefined } & Finding)
  /** The rule has too little data; its last status is kept for some time. */
  | { readonly kind: 'no-data'; readonly recheckInMs?: number | undefined }

/** Judges the facts of one task. Made by a function in `rules`, such as `rules.stale`, or by `rule()`. */
export interface HealthRule {
  readonly name: string
  /** When an episode opens and closes. */
  readonly life: {
    /** An episode opens after the problem was found for this long, in milliseconds. */
    readonly forMs: number
    /** An episode opens after this many consecutive runs with the problem. */
    readonly runs: number
    /** An episode closes after no problem was found for this long, in milliseconds. */
    readonly keepForMs: number
    /** An episode closes after this many consecutive runs without the problem. */
    readonly okRuns: number
  }
  /** Whether the rule requests a restart of the task when an episode opens. */
  readonly restarts: boolean
  /**
   * True if the rule finds runs without progress, such as `rules.hung`. A restart may interrupt such a run.
   */
  readonly judgesSilence?: boolean | undefined
  /** True if the rule need not be evaluated after a success of a healthy task. */
  readonly ignoresSuccess?: boolean | undefined
  /**
   * True if the value of a finding changes as time passes: reading the health then evaluates the rule again.
   * The result must depend on the facts alone.
   */
  readonly changesWithTime?: boolean | undefined
  /** Describes the rule for `explain()`. */
  describe(facts: TaskFacts): string
  /** @param firing - whether an episode is open; the rule may then apply a lower limit */
  judge(facts: TaskFacts, firing: boolean): Judgement
}

/** A custom rule. The supervisor calls the function at the end of each run, and again after `recheckInMs`. */
export type UserRule = (facts: TaskFacts) =>
  | (Omit<Finding, 'forMs'> & {
      /** How long the problem has existed. @defaultValue `0` */
      readonly forMs?: Duration | undefined
      /** @defaultValue the next monitor tick */
      readonly recheckInMs?: Duration | undefined
    })
  | undefined

export type RuleLifeOptions = HealthRule['life']

/** A list replaces the default rules. `{ add }` adds rules, and replaces default rules of the same name. */
export type HealthOption =
  | readonly (HealthRule | UserRule)[]
  | { readonly add: readonly (HealthRule | UserRule)[] }
