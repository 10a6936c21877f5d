import { aDuration, type Duration, msOf } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { checkOptions, type OptionTable, type Takes, takes, trueOrFalse } from '../base/options.ts'
import type { HealthRule, RuleLifeOptions } from './rule.ts'

/** What every rule maker takes, besides options of its own. */
export interface RuleOptions {
  /** Unique among the rules of a task: give one when a task has two rules of a kind. @defaultValue the kind, for instance `'stale'` */
  readonly name?: string | undefined
  /** It counts once it has been bad for so long. @defaultValue `0` */
  readonly for?: Duration | undefined
  /** It counts once so many runs in a row ended while it was bad; the sample that found it counts as the first. @defaultValue `1` */
  readonly runs?: number | undefined
  /** It is over once it has been fine for so long. @defaultValue `0` */
  readonly keepFor?: Duration | undefined
  /** It is over once so many runs in a row ended while it was fine; the first fine sample counts as one. @defaultValue `1` */
  readonly okRuns?: number | undefined
  /** Ask for a restart of the task when it opens. @defaultValue `false` */
  readonly restarts?: boolean | undefined
}

const plainLife: RuleLifeOptions = Object.freeze({ forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 })
const nameGrammar = /^[a-z0-9][a-z0-9._-]{0,39}$/i

export const atLeastOne = takes<number>(
  'a whole number from 1',
  (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1,
)
/** `Infinity` switches a level off. */
export const countOrNever = takes<number>(
  'a whole number from 1 (or Infinity for never)',
  (value) => value === Number.POSITIVE_INFINITY || atLeastOne.fits(value),
)

/** What every rule takes. */
const commonOptions: OptionTable<RuleOptions> = {
  name: takes<string>(
    'at most 40 letters, digits and . _ -',
    (value) => typeof value === 'string' && nameGrammar.test(value),
  ),
  for: aDuration,
  runs: atLeastOne,
  keepFor: aDuration,
  okRuns: atLeastOne,
  restarts: trueOrFalse,
}

/** The options of a kind of rule: its own and the common ones. Made once per kind. */
export function ruleOptions<Own extends string = never>(
  own: Readonly<Record<Own, Takes>>,
): Readonly<Record<string, Takes>> {
  return { ...own, ...commonOptions }
}

/** The parts of a rule that are the same for every kind. */
type Common = Pick<HealthRule, 'name' | 'life' | 'restarts'>

/**
 * Checks all options of a rule, and reads the common ones.
 *
 * @param kind - name of the rule, where the options give none
 * @param table - made by {@link ruleOptions}
 * @throws {@link InvalidOptionError} for the first unknown key or invalid value.
 */
export function commonOf(kind: string, options: RuleOptions, table: Readonly<Record<string, Takes>>): Common {
  checkOptions(kind, options, table)
  const { name = kind, restarts = false } = options
  return { name, life: lifeOf(options), restarts }
}

function lifeOf(options: RuleOptions): RuleLifeOptions {
  const { for: forTime = 0, runs = 1, keepFor = 0, okRuns = 1 } = options
  const life = { forMs: msOf(forTime), runs, keepForMs: msOf(keepFor), okRuns }
  const plain = life.forMs === 0 && life.runs === 1 && life.keepForMs === 0 && life.okRuns === 1
  return plain ? plainLife : Object.freeze(life)
}

/** How much is degraded, and how much unhealthy. `Infinity` switches a level off. */
export interface Levels {
  readonly degraded: number
  readonly unhealthy: number
}

/** @throws {@link InvalidOptionError} when the worse level would be reached first. */
export function inOrder(kind: string, levels: Levels): Levels {
  if (levels.degraded <= levels.unhealthy) return levels
  throw new InvalidOptionError(
    `${kind}.degraded`,
    `at most \`unhealthy\` (${levels.unhealthy})`,
    levels.degraded,
  )
}
