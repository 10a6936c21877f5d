import { checkKeys, wholeNumber } from '../base/check.ts'
import { type Duration, toMs } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import type { HealthRule, RuleLifeOptions } from './rule.ts'

/** The options that every rule has. */
export interface RuleOptions {
  /** Unique among the rules of a task. Needed only for two rules of the same kind. @defaultValue the kind, for instance `'stale'` */
  readonly name?: string | undefined
  /** The rule opens once it has been bad for this long. @defaultValue `0` */
  readonly for?: Duration | undefined
  /** The rule opens once this many runs in a row ended while it was bad, including the first bad one. @defaultValue `1` */
  readonly runs?: number | undefined
  /** The rule closes once it has been fine for this long. @defaultValue `0` */
  readonly keepFor?: Duration | undefined
  /** The rule closes once this many runs in a row ended while it was fine, including the first fine one. @defaultValue `1` */
  readonly okRuns?: number | undefined
  /** Whether the rule requests a restart of the task when it opens. @defaultValue `false` */
  readonly restarts?: boolean | undefined
}

const commonKeys = ['name', 'for', 'runs', 'keepFor', 'okRuns', 'restarts']
const plainLife: RuleLifeOptions = Object.freeze({ forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 })
const nameGrammar = /^[a-z0-9][a-z0-9._-]{0,39}$/i

/** The fields of a rule that come from the common options. */
type Common = Pick<HealthRule, 'name' | 'life' | 'restarts'>

/**
 * Resolves the common options and refuses keys that are neither common nor in `keys`.
 *
 * @param kind - the default name of the rule
 * @throws {@link InvalidOptionError} for the first invalid key or value.
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

/** The limits of a rule. `Infinity` disables a level. */
export interface Levels {
  readonly degraded: number
  readonly unhealthy: number
}

/** @throws {@link InvalidOptionError} if the limit for unhealthy is lower than that for degraded. */
export function inOrder(kind: string, levels: Levels): Levels {
  if (levels.degraded <= levels.unhealthy) return levels
  throw new InvalidOptionError(
    `${kind}.degraded`,
    `at most \`unhealthy\` (${levels.unhealthy})`,
    levels.degraded,
  )
}
