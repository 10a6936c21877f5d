import { checkKeys, wholeNumber } from '../base/check.ts'
import { type Duration, toMs } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import type { HealthRule, RuleLifeOptions } from './rule.ts'

/** Options that all rules share. */
export interface RuleOptions {
  /** Must be unique among the rules of a task, so set it if a task has two rules of a kind. @defaultValue the kind, for example `'stale'` */
  readonly name?: string | undefined
  /** The rule fires once it has found the problem for this long. @defaultValue `0` */
  readonly for?: Duration | undefined
  /** The rule fires once this many consecutive runs ended with the problem, including the first one. @defaultValue `1` */
  readonly runs?: number | undefined
  /** The rule clears once it has found no problem for this long. @defaultValue `0` */
  readonly keepFor?: Duration | undefined
  /** The rule clears once this many consecutive runs ended without the problem, including the first one. @defaultValue `1` */
  readonly okRuns?: number | undefined
  /** Whether the rule asks for a restart of the task when it fires. @defaultValue `false` */
  readonly restarts?: boolean | undefined
}

const commonKeys = ['name', 'for', 'runs', 'keepFor', 'okRuns', 'restarts']
const plainLife: RuleLifeOptions = Object.freeze({ forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 })
const nameGrammar = /^[a-z0-9][a-z0-9._-]{0,39}$/i

/** The fields of a rule that come from the common options. */
type Common = Pick<HealthRule, 'name' | 'life' | 'restarts'>

/**
 * Reads the common options.
 *
 * @param kind - the name of the rule if the options have none
 * @param keys - the names of the other options of the rule
 * @throws {@link InvalidOptionError} for the first unknown key or invalid value.
 */
export function commonOf(kind: string, options: RuleOptions, keys: readonly string[]): Common {
  checkKeys(kind, options, [...keys, ...commonKeys])
  const { name = kind, restarts = false } = options
  if (typeof name !== 'string' || !nameGrammar.test(name)) {
    throw new InvalidOptionError(
      `${kind}.name`,
      'at most 40 letters, digits and . _ -, beginning with a letter or digit',
      name,
    )
  }
  if (typeof restarts !== 'boolean')
    throw new InvalidOptionError(`${kind}.restarts`, 'true or false', restarts)
  return { name, life: lifeOf(kind, options), restarts }
}

function lifeOf(kind: string, options: RuleOptions): RuleLifeOptions {
  const life = {
    forMs: toMs(`${kind}.for`, options.for ?? 0),
    runs: atLeastOne(`${kind}.runs`, options.runs ?? 1),
    keepForMs: toMs(`${kind}.keepFor`, options.keepFor ?? 0),
    okRuns: atLeastOne(`${kind}.okRuns`, options.okRuns ?? 1),
  }
  const plain = life.forMs === 0 && life.runs === 1 && life.keepForMs === 0 && life.okRuns === 1
  return plain ? plainLife : Object.freeze(life)
}

/** @throws {@link InvalidOptionError} unless `value` is a whole number from 1. */
export function atLeastOne(option: string, value: unknown): number {
  return wholeNumber(option, value, 1, Number.MAX_SAFE_INTEGER)
}

/** @throws {@link InvalidOptionError} unless `value` is a whole number from 1, or `Infinity`, which disables a level. */
export function countOrNever(option: string, value: unknown): number {
  if (value === Number.POSITIVE_INFINITY) return value
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value
  throw new InvalidOptionError(option, 'a whole number from 1, or Infinity for never', value)
}

/** The limits for degraded and unhealthy. `Infinity` disables a level. */
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
