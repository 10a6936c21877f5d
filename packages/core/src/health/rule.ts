import type { TaskFacts } from './facts.ts'

/** The severity of a finding. */
export type RuleStatus = 'degraded' | 'unhealthy'

/** The problem that a rule has found. */
export interface Finding {
  readonly status: RuleStatus
  /** The measured value and the limit that it exceeded. */
  readonly value: number
  readonly limit: number
  /** A sentence with the value and the limit. */
  readonly reason: string
  /** How long the problem has existed already, in milliseconds of awake time. @defaultValue `0` */
  readonly forMs?: number | undefined
}

/** The answer of a rule about a task at this moment. `recheckInMs`: when to judge again if no run ends before. */
export type Judgement =
  /** Nothing wrong. */
  | { readonly kind: 'fine'; readonly recheckInMs?: number | undefined }
  | ({ readonly kind: 'bad'; readonly recheckInMs?: number | undefined } & Finding)
  /** Too little data. The last status is kept. */
  | { readonly kind: 'no-data'; readonly recheckInMs?: number | undefined }

/** When an episode opens and closes. Every rule goes through the same phases: ok → pending → firing → clearing → ok. */
export interface RuleLifeOptions {
  /** It opens once the samples were bad for this long … */
  readonly forMs: number
  /** … and this many in a row. */
  readonly runs: number
  /** It closes once the samples were fine for this long … */
  readonly keepForMs: number
  /** … and this many in a row. */
  readonly okRuns: number
}

/**
 * A health rule: a pure function of the facts of one task, and when its finding counts. Made by `rules.errorRate`,
 * `rules.stale`, … Tasks can share a rule.
 */
export interface HealthRule {
  readonly name: string
  readonly life: RuleLifeOptions
  /** Whether an opened episode requests a restart of the task. */
  readonly restarts: boolean
  /** The rule finds runs without progress. A restart that it requests is not refused because of progress. */
  readonly judgesSilence?: boolean | undefined
  /**
   * While the task is healthy, the rule is not called after a success that blocked the event loop for less than 1 ms, but
   * only at its own `recheckInMs`. This saves most calls for tasks that run often.
   */
  readonly ignoresSuccess?: boolean | undefined
  /** When the rule opens, in words, for `explain()`. */
  describe(facts: TaskFacts): string
  /** @param firing - whether an episode is open; if so, the rule applies its lower threshold */
  judge(facts: TaskFacts, firing: boolean): Judgement
}

/** A rule of your own. It is called at the end of each run, and after the `recheckInMs` that it returned, else at each monitor tick. */
export type UserRule = (
  facts: TaskFacts,
) => (Finding & { readonly recheckInMs?: number | undefined }) | undefined

/** The rules of a task: a list that replaces the default rules, or `{ add }` to add to them. */
export type HealthOption =
  | readonly (HealthRule | UserRule)[]
  | { readonly add: readonly (HealthRule | UserRule)[] }
