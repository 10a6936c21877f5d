import { InvalidOptionError } from '../base/errors.ts'
import { anything, callCure, checkOptions, reading } from '../base/options.ts'
import type { ScheduleInfo } from '../base/schedule-info.ts'
import type { TaskInfo } from '../base/task-info.ts'
import { isMaker } from './custom-rule.ts'
import { readRule } from './read-rule.ts'
import type { HealthOption, HealthRule } from './rule.ts'
import { checkOwnName } from './rule-options.ts'
import { maxWindowMs } from './rules/error-rate.ts'
import * as makers from './rules/index.ts'
import { userRule } from './rules/user.ts'
import { reasonNames } from './status.ts'

// A process may have 100,000 tasks. Shared lists save memory.
const common: readonly HealthRule[] = [makers.hung(), makers.stuck(), makers.blocksLoop()]
const seldom: readonly HealthRule[] = [makers.consecutiveFailures(), makers.stale(), makers.slow(), ...common]
const frequent: readonly HealthRule[] = [makers.errorRate(), ...seldom]
/** A busy process may start a single run late. If three runs in a row are late, this is a problem of the task. */
const late = makers.late({ runs: 3 })
const importantSeldom: readonly HealthRule[] = [...seldom, late]
const importantFrequent: readonly HealthRule[] = [...frequent, late]
const once: readonly HealthRule[] = [
  makers.consecutiveFailures({ degraded: 1, unhealthy: 1 }),
  makers.stale(),
  makers.slow(),
  ...common,
]
const loop: readonly HealthRule[] = [
  makers.restarts(),
  makers.notRunning(),
  makers.hung({ restarts: true }),
  makers.stuck(),
  makers.blocksLoop(),
]
const manual: readonly HealthRule[] = [
  makers.consecutiveFailures(),
  makers.errorRate(),
  makers.slow(),
  ...common,
]
// For tasks whose runs other code starts, perhaps many per second: a few failures in a row are not a problem yet.
const called: readonly HealthRule[] = [
  makers.consecutiveFailures({ for: '1m' }),
  makers.errorRate({ minRuns: 20 }),
  makers.slow(),
  ...common,
]

// An external connection is restarted by its host, and not by the supervisor. So `hung` does not request a restart
// here, unlike in the list `loop`.
const connection: readonly HealthRule[] = [makers.restarts(), makers.notRunning(), ...common]

/** With a longer period, even the longest window can have fewer than the five runs that `errorRate` needs. */
const longestForRateMs = maxWindowMs / 5

const byStarter: Readonly<Record<ScheduleInfo['startedBy'], (info: TaskInfo) => readonly HealthRule[]>> = {
  supervisor: ofSupervisor,
  trigger: () => manual,
  spawn: () => called,
  call: ofOthers,
}

function ofOthers(info: TaskInfo): readonly HealthRule[] {
  if (info.schedule.restarts) return connection
  return withConnection(info.schedule.hasSlots ? ofSupervisor(info) : called)
}

function withConnection(rules: readonly HealthRule[]): readonly HealthRule[] {
  return extended(rules, connected, makers.notRunning)
}

type Extended = Map<readonly HealthRule[], readonly HealthRule[]>
const connected: Extended = new Map()
const inFleet: Extended = new Map()

function extended(
  rules: readonly HealthRule[],
  lists: Extended,
  make: () => HealthRule,
): readonly HealthRule[] {
  const known = lists.get(rules)
  if (known) return known
  const list = [...rules, make()]
  lists.set(rules, list)
  return list
}

function ofSupervisor({ schedule, priority }: TaskInfo): readonly HealthRule[] {
  if (schedule.restarts) return loop
  if (!schedule.recurring) return once
  const isImportant = priority === 'high' || priority === 'critical'
  const isSeldom = schedule.periodMs === undefined || schedule.periodMs > longestForRateMs
  if (isImportant) return isSeldom ? importantSeldom : importantFrequent
  return isSeldom ? seldom : frequent
}

export function defaultRules(info: TaskInfo): readonly HealthRule[] {
  const rules = byStarter[info.schedule.startedBy](info)
  return info.fleet === undefined ? rules : extended(rules, inFleet, makers.fleet)
}

const lifeKeys = ['forMs', 'runs', 'keepForMs', 'okRuns'] as const

export function resolveRules(health: HealthOption | undefined, info: TaskInfo): readonly HealthRule[] {
  return rulesOf(resolveHealth(health), info)
}

export interface ResolvedHealth {
  /** False if `rules` replace the default rules. */
  readonly isAdded: boolean
  readonly rules: readonly HealthRule[]
}

const healthOptions = { add: anything }
const nothingAdded: ResolvedHealth = { isAdded: true, rules: [] }

export function resolveHealth(health: HealthOption | undefined): ResolvedHealth {
  if (health === undefined) return nothingAdded
  if (isList(health) || isOneRule(health)) return { isAdded: false, rules: toRules('health', health) }
  checkOptions('health', health, healthOptions)
  return { isAdded: true, rules: toRules('health.add', 'add' in health ? health.add : undefined) }
}

function isList(value: unknown): value is readonly unknown[] {
  return reading('health', () => Array.isArray(value))
}

function isOneRule(value: unknown): boolean {
  return typeof value === 'function' || reading('health', () => isRule(value))
}

export function rulesOf({ isAdded, rules }: ResolvedHealth, info: TaskInfo): readonly HealthRule[] {
  if (!isAdded) return rules
  const ofSchedule = defaultRules(info)
  if (rules.length === 0) return ofSchedule
  const names = new Set(rules.map((rule) => rule.name))
  return [...ofSchedule.filter((rule) => !names.has(rule.name)), ...rules]
}

function toRules(option: 'health' | 'health.add', list: unknown): readonly HealthRule[] {
  if (!Array.isArray(list)) {
    const accepted = option === 'health' ? 'a list of rules, or { add: a list of rules }' : 'a list of rules'
    throw new InvalidOptionError(option, `${accepted}, such as health: { add: [rules.hung(…)] }`, list)
  }
  const rules: HealthRule[] = []
  for (const [index, record] of list.entries()) {
    const rule = toRule(`${option}[${index}]`, record, index)
    if (rules.some((other) => other.name === rule.name)) {
      throw new InvalidOptionError(
        `${option}[${index}]`,
        'a rule with a unique name; set the option `name` of one of them',
        rule.name,
      )
    }
    rules.push(rule)
  }
  return rules
}

function toRule(option: string, record: unknown, index: number): HealthRule {
  if (typeof record === 'function' && !isMaker(record))
    return userRule(record as Parameters<typeof userRule>[0], index)
  if (isRule(record)) {
    const rule = readRule(record)
    // Users may copy a built-in rule and keep its name. Only names such as `no-success` are refused, because they
    // stand for reasons that do not come from a rule.
    if (reasonNames.includes(rule.name)) checkOwnName(`${option}.name`, rule.name)
    return rule
  }
  const expected = `a rule such as rules.errorRate(), or a function of the facts${callCure(record)}`
  throw new InvalidOptionError(option, expected, record)
}

/** Checks the numbers of `life`, too: without `forMs`, an episode would open immediately. */
function isRule(record: unknown): record is HealthRule {
  if (typeof record !== 'object' || record === null) return false
  const { name, life, judge, describe } = record as Partial<HealthRule>
  if (typeof name !== 'string' || typeof judge !== 'function' || typeof describe !== 'function') return false
  return life !== undefined && lifeKeys.every((key) => life[key] >= 0)
}
