import type { Duration } from '../base/duration.ts'
import type { TaskFacts } from './facts.ts'

/** How severe a problem is that a rule has found. */
export type RuleStatus = 'degraded' | 'unhealthy'

/** A problem that a rule has found. */
export interface Finding {
  readonly status: RuleStatus
  /** What the rule has measured. `limit` is the limit for this value. */
  readonly value: number
  readonly limit: number
  /** Describes the problem in a sentence, with the value and the limit. */
  readonly reason: string
  /**
   * How long the problem has existed, in milliseconds. Time in which the machine sleeps does not count.
   * @defaultValue `0`
   */
  readonly forMs?: number | undefined
  /**
   * The id of the run that has the problem. If the rule requests a restart, only this run is aborted.
   * @defaultValue all active runs are aborted
   */
  readonly runId?: string | undefined
}

/** The result of one evaluation of a rule. */
export type Judgement =
  /** The rule finds no problem. */
  | { readonly kind: 'fine'; readonly recheckInMs?: number | undefined }
  | ({ readonly kind: 'bad'; readonly recheckInMs?: number | undefined } & Finding)
  /**
   * The rule has too little data. Its last status is kept for 5 minutes or 5 periods, whichever is longer. After this
   * time, the status is `unknown`.
   */
  | { readonly kind: 'no-data'; readonly recheckInMs?: number | undefined }

/** A health rule for tasks. Create a rule with a function in `rules`, such as `rules.stale()`, or with `rule()`. */
export interface HealthRule {
  readonly name: string
  /** When an episode opens and closes. Both conditions must be true: the time and the number of runs. */
  readonly life: {
    /** An episode opens only after the rule has found the problem for this long, in milliseconds. */
    readonly forMs: number
    /** An episode opens only after this many consecutive runs with the problem. */
    readonly runs: number
    /** An episode closes only after the rule has found no problem for this long, in milliseconds. */
    readonly keepForMs: number
    /** An episode closes only after this many consecutive runs without the problem. */
    readonly okRuns: number
  }
  /**
   * Whether the rule requests a restart of the task when an episode opens. If the finding names a run, the rule also
   * requests a restart of each further run with the problem.
   */
  readonly restarts: boolean
  /**
   * True for a rule that finds runs without progress, such as `rules.hung`. A rule without this property cannot
   * restart a run that calls `beat()` regularly.
   */
  readonly judgesSilence?: boolean | undefined
  /**
   * True if a success never makes the rule find a problem. The rule is then not evaluated after a success of a
   * healthy task.
   */
  readonly ignoresSuccess?: boolean | undefined
  /**
   * True if the value of a problem changes with time, such as an age. While an episode of the rule is open, the rule
   * is then evaluated again whenever the health is read, except during and after a stop.
   *
   * The result of the rule must depend only on the facts.
   */
  readonly changesWithTime?: boolean | undefined
  /**
   * True if the problem can also end while the task is paused or on standby, because it does not depend on the runs
   * of the task. An open episode of the rule then closes even during this time. `'external'`: only if the task is an
   * external task.
   */
  readonly clearsWhileHeld?: boolean | 'external' | undefined
  /** Returns a description of the rule for `explain()`. */
  describe(facts: TaskFacts): string
  /**
   * Returns whether the rule finds a problem.
   * @param firing - true while an episode is open. The rule can then use a lower limit, so that the status does not
   * change too often.
   */
  judge(facts: TaskFacts, firing: boolean): Judgement
}

/**
 * A health rule as a function. The function returns a problem, or `undefined` if there is none.
 *
 * The supervisor calls the function when a run ends, after other changes of the task, and again after `recheckInMs`.
 */
export type UserRule = (facts: TaskFacts) =>
  | (Omit<Finding, 'forMs'> & {
      /** How long the problem has existed. @defaultValue `0` */
      readonly forMs?: Duration | undefined
      /** The time until the function is called again. @defaultValue one minute */
      readonly recheckInMs?: Duration | undefined
    })
  | undefined

export type RuleLifeOptions = HealthRule['life']

/**
 * A list replaces all default rules. `{ add: list }` adds the rules of the list to the default rules.
 *
 * With `{ add: list }`, a rule of the list replaces the default rule of the same name.
 */
export type HealthOption =
  | readonly (HealthRule | UserRule)[]
  | { readonly add: readonly (HealthRule | UserRule)[] }
