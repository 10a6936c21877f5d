import { checkKeys } from '../base/check.ts'
import { InvalidOptionError } from '../base/errors.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { HealthOption, HealthRule } from './rule.ts'
import { blocksLoop } from './rules/blocks-loop.ts'
import { classic } from './rules/classic.ts'
import { consecutiveFailures } from './rules/consecutive-failures.ts'
import { errorRate, maxWindowMs } from './rules/error-rate.ts'
import { late } from './rules/late.ts'
import { hung, slow, stuck } from './rules/live-run.ts'
import { notRunning, restarts } from './rules/loops.ts'
import { stale } from './rules/stale.ts'
import { userRule } from './rules/user.ts'

// The lists are made once and shared by all tasks: there may be 100,000 of them.
const common: readonly HealthRule[] = [hung(), stuck(), blocksLoop()]
const ofSlots: readonly HealthRule[] = [consecutiveFailures(), stale(), slow(), ...common]
const manual: readonly HealthRule[] = [consecutiveFailures(), errorRate(), slow(), ...common]
// Calls come as thick as a service is used: there three failures in a row are nothing, a minute of failures is.
const called: readonly HealthRule[] = [
  consecutiveFailures({ for: '1m' }),
  errorRate({ minRuns: 20 }),
  slow(),
  ...common,
]
const once: readonly HealthRule[] = [
  consecutiveFailures({ degraded: 1, unhealthy: 1 }),
  stale(),
  slow(),
  ...common,
]
const loop: readonly HealthRule[] = [
  restarts(),
  notRunning(),
  hung({ restarts: true }),
  stuck(),
  blocksLoop(),
]

const rare = ofSlots
const frequent: readonly HealthRule[] = [errorRate(), ...ofSlots]
/** One run that starts late is the process's trouble; three in a row are the task's. */
const lateThrice = late({ runs: 3 })
const importantRare: readonly HealthRule[] = [...rare, lateThrice]
const importantFrequent: readonly HealthRule[] = [...frequent, lateThrice]

const lifeKeys = ['forMs', 'runs', 'keepForMs', 'okRuns'] as const

/** With a longer period the window has never enough runs for a rate; failures in a row and staleness remain. */
const longestForRateMs = maxWindowMs / 5

/** The rules of a task that names none: by the kind of its schedule, its period and its priority. */
export function defaultRules({ schedule, priority }: TaskInfo): readonly HealthRule[] {
  switch (schedule.kind) {
    case 'loop':
      return loop
    case 'once':
      return once
    case 'manual':
      return manual
    case 'call':
    case 'spawn':
      return called
    default: {
      const isImportant = priority === 'high' || priority === 'critical'
      const isRare = schedule.periodMs === undefined || schedule.periodMs > longestForRateMs
      if (isImportant) return isRare ? importantRare : importantFrequent
      return isRare ? rare : frequent
    }
  }
}

/**
 * The rules of a task, from its option `health`: a list replaces the default rules; `{ add }` puts rules beside them,
 * in place of one of the same name.
 *
 * @param tickMs - when a function among them is asked again if it does not say
 * @throws {@link InvalidOptionError} when something in it is no rule, or two have the same name.
 */
export function resolveRules(
  health: HealthOption | undefined,
  info: TaskInfo,
  tickMs?: number,
): readonly HealthRule[] {
  return rulesOf(resolveHealth(health, tickMs), info)
}

/** What the option `health` says of any task. */
export interface ResolvedHealth {
  /** Whether `rules` are beside the default ones, or in place of them. */
  readonly isAdded: boolean
  readonly rules: readonly HealthRule[]
}

const nothingAdded: ResolvedHealth = { isAdded: true, rules: [] }

/** @throws {@link InvalidOptionError} as `resolveRules` does. */
export function resolveHealth(health: HealthOption | undefined, tickMs?: number): ResolvedHealth {
  if (health === undefined) return nothingAdded
  if (Array.isArray(health)) return { isAdded: false, rules: toRules('health', health, tickMs) }
  checkKeys('health', health, ['add'])
  return { isAdded: true, rules: toRules('health.add', 'add' in health ? health.add : undefined, tickMs) }
}

/** The rules of one task: the default ones go with its schedule. */
export function rulesOf({ isAdded, rules }: ResolvedHealth, info: TaskInfo): readonly HealthRule[] {
  if (!isAdded) return rules
  const ofSchedule = defaultRules(info)
  if (rules.length === 0) return ofSchedule
  const names = new Set(rules.map((rule) => rule.name))
  return [...ofSchedule.filter((rule) => !names.has(rule.name)), ...rules]
}

function toRules(option: string, list: unknown, tickMs: number | undefined): readonly HealthRule[] {
  if (!Array.isArray(list))
    throw new InvalidOptionError(option, 'a list of rules, or { add: a list of rules }', list)
  const rules: HealthRule[] = []
  for (const [index, record] of list.entries()) {
    const rule = toRule(`${option}[${index}]`, record, index, tickMs)
    if (rules.some((other) => other.name === rule.name)) {
      throw new InvalidOptionError(`${option}[${index}]`, 'a rule of another name (option `name`)', rule.name)
    }
    rules.push(rule)
  }
  return rules
}

/** Called as a function of the facts, a maker would throw at each run: who gives one has forgotten to call it. */
const makers: ReadonlySet<unknown> = new Set([
  errorRate,
  consecutiveFailures,
  stale,
  slow,
  hung,
  stuck,
  late,
  restarts,
  notRunning,
  blocksLoop,
  classic,
])

function toRule(option: string, record: unknown, index: number, tickMs: number | undefined): HealthRule {
  if (typeof record === 'function' && !makers.has(record))
    return userRule(record as Parameters<typeof userRule>[0], index, tickMs)
  if (isRule(record)) return record
  throw new InvalidOptionError(option, 'a rule, such as errorRate(), or a function of the facts', record)
}

/** Rules may be written by hand: what has no life would neither open nor close. */
function isRule(record: unknown): record is HealthRule {
  if (typeof record !== 'object' || record === null) return false
  const { name, life, judge, describe } = record as Partial<HealthRule>
  if (typeof name !== 'string' || typeof judge !== 'function' || typeof describe !== 'function') return false
  return life !== undefined && lifeKeys.every((key) => life[key] >= 0)
}
