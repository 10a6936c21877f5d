import type { TaskFacts } from './facts.ts'

/** How bad a finding is. */
export type RuleStatus = 'degraded' | 'unhealthy'

/** What a rule has found. */
export interface Finding {
  readonly status: RuleStatus
  /** The measured value, and the limit that it passed. */
  readonly value: number
  readonly limit: number
  /** A sentence with both. */
  readonly reason: string
  /** How long it has been so already, in milliseconds of loop time; 0 (the default) means: as of now. */
  readonly forMs?: number | undefined
}

/** The answer of a rule about a task, now. */
export type Judgement =
  /** Nothing wrong. */
  | { readonly kind: 'fine'; readonly recheckInMs?: number | undefined }
  | ({ readonly kind: 'bad'; readonly recheckInMs?: number | undefined } & Finding)
  /** Too little data to say. It holds what was, and heals nothing. */
  | { readonly kind: 'no-data'; readonly recheckInMs?: number | undefined }

/** When an episode opens and closes. All rules share this one life: ok → pending → firing → clearing → ok. */
export interface RuleLifeOptions {
  /** It opens once the samples were bad for so long … */
  readonly forMs: number
  /** … and so many in a row. */
  readonly runs: number
  /** It closes once the samples were fine for so long … */
  readonly keepForMs: number
  /** … and so many in a row. */
  readonly okRuns: number
}

/**
 * A health rule: a pure function over the facts of one task, and when its finding counts. Made by `errorRate`,
 * `consecutiveFailures`, `stale`, … It may be shared by tasks.
 */
export interface HealthRule {
  readonly name: string
  readonly life: RuleLifeOptions
  /** Whether an opened episode asks for a restart of the task. */
  readonly restarts: boolean
  /** What it finds is that a run gives no sign of life: then there is no progress that a restart would cut. */
  readonly judgesSilence?: boolean | undefined
  /**
   * While nothing is wrong, a success that held the event loop for less than 1 ms tells it nothing new, so it is not asked
   * after one: it is asked when time says so, by what it answered last. Spares tasks that run often most of their judging.
   */
  readonly ignoresSuccess?: boolean | undefined
  /** What it looks for, in words, for `explain()`. */
  describe(facts: TaskFacts): string
  /** @param firing - an episode is open: the rule answers by its lower threshold. */
  judge(facts: TaskFacts, firing: boolean): Judgement
}

/** A rule of your own. It runs at each run's end, and at the `recheckInMs` that it gave, else at each monitor tick. */
export type UserRule = (
  facts: TaskFacts,
) => (Finding & { readonly recheckInMs?: number | undefined }) | undefined

/** What a task may say of its rules: a list in place of the default ones, or rules beside them. */
export type HealthOption =
  | readonly (HealthRule | UserRule)[]
  | { readonly add: readonly (HealthRule | UserRule)[] }
