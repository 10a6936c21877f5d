import { aDuration, type Duration, msOf } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { checkOptions, type OptionTable, type Takes, takes, trueOrFalse } from '../base/options.ts'
import { show } from '../base/show.ts'
import type { HealthRule, RuleLifeOptions } from './rule.ts'
import { reasonNames } from './status.ts'

/** Options that all rules share. */
export interface RuleOptions {
  /**
   * The name of the rule. It must be unique among the rules of a task.
   * @defaultValue the name of the built-in rule, for example `'stale'`
   */
  readonly name?: string | undefined
  /** An episode opens only after the rule has found the problem for this long. @defaultValue `0` */
  readonly for?: Duration | undefined
  /** An episode opens only after this many consecutive runs with the problem. @defaultValue `1` */
  readonly runs?: number | undefined
  /** An episode closes only after the rule has found no problem for this long. @defaultValue `0` */
  readonly keepFor?: Duration | undefined
  /** An episode closes only after this many consecutive runs without the problem. @defaultValue `1` */
  readonly okRuns?: number | undefined
  /**
   * Whether the rule requests a restart of the task when an episode opens. If the finding names a run, the rule also
   * requests a restart of each further run with the problem. @defaultValue `false`
   */
  readonly restarts?: boolean | undefined
  /** Do not set this property. The property lets TypeScript refuse a function, because each function has `apply`. */
  readonly apply?: never
}

const plainLife: RuleLifeOptions = Object.freeze({ forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 })
const nameGrammar = /^[a-z0-9][a-z0-9._-]{0,39}$/i

export const atLeastOne = takes<number>(
  'a whole number from 1',
  (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1,
)
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

/** The limits of a rule. With `Infinity`, the rule never reports that status. */
export interface Levels {
  readonly degraded: number
  readonly unhealthy: number
}

/**
 * @param textOf - formats a default for the error
 * @throws {@link InvalidOptionError} if `degraded` is above `unhealthy`. The error names an option that the user
 * gave.
 */
export function levelsFrom(
  kind: string,
  { degraded, unhealthy }: { readonly [Level in keyof Levels]?: Duration | undefined },
  defaults: Levels,
  textOf: (level: number) => string = String,
): Levels {
  const levels = {
    degraded: msOf(degraded ?? defaults.degraded),
    unhealthy: msOf(unhealthy ?? defaults.unhealthy),
  }
  if (levels.degraded <= levels.unhealthy) return levels
  if (degraded === undefined) {
    const expected = `at least ${textOf(defaults.degraded)} (the default of \`degraded\`), or given together with a lower \`degraded\``
    throw new InvalidOptionError(`${kind}.unhealthy`, expected, unhealthy)
  }
  const expected =
    unhealthy === undefined
      ? `at most ${textOf(defaults.unhealthy)} (the default of \`unhealthy\`), or given together with a higher \`unhealthy\``
      : `at most \`unhealthy\` (${show(unhealthy)})`
  throw new InvalidOptionError(`${kind}.degraded`, expected, degraded)
}
