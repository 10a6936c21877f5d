import { aDuration, type Duration, msOf } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { checkOptions, type OptionTable, type Takes, takes, trueOrFalse } from '../base/options.ts'
import type { HealthRule, RuleLifeOptions } from './rule.ts'
import { reasonNames } from './status.ts'

/** Options that all rules share. */
export interface RuleOptions {
  /**
   * Must be unique among the rules of a task.
   * @defaultValue the name of the built-in rule, for example `'stale'`
   */
  readonly name?: string | undefined
  /** The rule fires once it has found the problem for this long. @defaultValue `0` */
  readonly for?: Duration | undefined
  /** The rule fires once it has found the problem for this many consecutive runs. @defaultValue `1` */
  readonly runs?: number | undefined
  /** The rule clears once it has found no problem for this long. @defaultValue `0` */
  readonly keepFor?: Duration | undefined
  /** The rule clears once this many consecutive runs have ended without the problem. @defaultValue `1` */
  readonly okRuns?: number | undefined
  /** Whether the rule requests a restart of the task when it fires. @defaultValue `false` */
  readonly restarts?: boolean | undefined
  /** Makes TypeScript refuse a function, which has a property `apply`. */
  readonly apply?: never
}

const plainLife: RuleLifeOptions = Object.freeze({ forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 })
const nameGrammar = /^[a-z0-9][a-z0-9._-]{0,39}$/i

export const atLeastOne = takes<number>(
  'a whole number from 1',
  (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1,
)
/** `Infinity` disables the level. */
export const countOrNever = takes<number>(
  'a whole number from 1, or Infinity for never',
  (value) => value === Number.POSITIVE_INFINITY || atLeastOne.fits(value),
)

const kinds = [
  'blocks-loop',
  'classic',
  'consecutive-failures',
  'error-rate',
  'hung',
  'fleet',
  'late',
  'not-running',
  'restarts',
  'slow',
  'stale',
  'stuck',
] as const
const reserved: ReadonlySet<string> = new Set([...kinds, ...reasonNames])

/** @throws {@link InvalidOptionError} for the name of a built-in rule or reason. */
export function checkOwnName(option: string, name: string): void {
  if (!reserved.has(name)) return
  throw new InvalidOptionError(
    option,
    `a name that is not reserved for built-in rules, such as 'my-${name}'`,
    name,
  )
}

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

export function ruleOptions<Own extends string = never>(
  own: Readonly<Record<Own, Takes>>,
): Readonly<Record<string, Takes>> {
  return { ...own, ...commonOptions }
}

type Common = Pick<HealthRule, 'name' | 'life' | 'restarts'>

/**
 * @param kind - the name of the rule if the options have none
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function commonOf(
  kind: (typeof kinds)[number] | 'rule',
  options: RuleOptions,
  table: Readonly<Record<string, Takes>>,
): Common {
  checkOptions(kind, options, table)
  const { name = kind, restarts = false } = options
  if (name !== kind) checkOwnName(`${kind}.name`, name)
  return { name, life: lifeOf(options), restarts }
}

function lifeOf(options: RuleOptions): RuleLifeOptions {
  const { for: forTime = 0, runs = 1, keepFor = 0, okRuns = 1 } = options
  const life = { forMs: msOf(forTime), runs, keepForMs: msOf(keepFor), okRuns }
  const plain = life.forMs === 0 && life.runs === 1 && life.keepForMs === 0 && life.okRuns === 1
  return plain ? plainLife : Object.freeze(life)
}

/** `Infinity` disables a level. */
export interface Levels {
  readonly degraded: number
  readonly unhealthy: number
}

/** @throws {@link InvalidOptionError} if `degraded` is higher than `unhealthy`. */
export function inOrder(kind: string, levels: Levels): Levels {
  if (levels.degraded <= levels.unhealthy) return levels
  throw new InvalidOptionError(
    `${kind}.degraded`,
    `at most \`unhealthy\` (${levels.unhealthy})`,
    levels.degraded,
  )
}
