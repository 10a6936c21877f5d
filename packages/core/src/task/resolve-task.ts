import { checkKeys, oneOf, optionalBoolean, optionalFunction, text, wholeNumber } from '../base/check.ts'
import { toMs } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import type { ScheduleInfo } from '../base/schedule-info.ts'
import type { TaskInfo } from '../base/task-info.ts'
import { priorities, scopes } from '../base/words.ts'
import { resolveHealth, rulesOf } from '../health/default-rules.ts'
import { halfLifeOf } from '../health/flap.ts'
import type { HealthRule } from '../health/rule.ts'
import type { TaskConfig } from '../kernel/state.ts'
import type { ResolvedRestart } from '../restart/policy.ts'
import { resolveRestart } from '../restart/resolve-restart.ts'
import { resolveRetry } from '../restart/retry.ts'
import { manual } from '../schedule/manual.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { Overlap, TaskBehavior, TaskOptions } from './options.ts'
import type { ResolvedTask, TaskSettings } from './resolved.ts'
import type { RunContext } from './run-context.ts'

const behaviorKeys = [
  'owner',
  'category',
  'priority',
  'overlap',
  'timeout',
  'abortGrace',
  'allowAbandoned',
  'restart',
  'retry',
  'health',
  'dependsOn',
  'enabled',
  'lastSlot',
  'readiness',
  'readyWhen',
  'liveness',
  'scope',
  'history',
  'max',
  'runbook',
  'slo',
  'trace',
] as const satisfies readonly (keyof TaskBehavior)[]

/** The options of `register`. */
const taskKeys: readonly string[] = ['name', 'schedule', 'run', ...behaviorKeys]

const namePattern = /^[A-Za-z0-9][\w.:/-]{0,119}$/
const longestTimeoutMs = 365 * 86_400_000

/** @throws {@link InvalidOptionError} for the first invalid option, with the name of the task if that is valid. */
export function resolveTask(options: TaskOptions): ResolvedTask {
  try {
    return resolve(options)
  } catch (error) {
    if (!(error instanceof InvalidOptionError) || !isName(options?.name)) throw error
    throw new InvalidOptionError(error.option, error.expected, error.received, options.name)
  }
}

function resolve(options: TaskOptions): ResolvedTask {
  checkKeys('task', options, taskKeys)
  const { schedule = manual(), run } = options
  if (typeof run !== 'function') throw new InvalidOptionError('run', 'a function', run)
  checkSchedule(schedule)
  return resolveBehavior(checkName(options.name), options, schedule, schedule.info, run)
}

/** @throws {@link InvalidOptionError} */
export function checkName(name: unknown, option = 'name'): string {
  if (isName(name)) return name
  const expected = 'a letter or digit, then up to 119 of letters, digits and _ . : / -'
  throw new InvalidOptionError(option, expected, name)
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && namePattern.test(name)
}

/** @throws {@link InvalidOptionError} unless `schedule` was made by one of the schedule functions. */
export function checkSchedule(schedule: unknown): void {
  const isMade =
    typeof schedule === 'object' && schedule !== null && 'info' in schedule && 'policy' in schedule
  if (!isMade)
    throw new InvalidOptionError('schedule', 'a schedule such as every(…), cron(…) or loop()', schedule)
}

/** Resolves the options that tasks, spawned work and instrumented functions share. */
export function resolveBehavior(
  name: string,
  options: TaskBehavior,
  schedule: Schedule,
  scheduleInfo: ScheduleInfo,
  run: (context: RunContext) => unknown,
): ResolvedTask {
  const info = resolveInfo(name, options, scheduleInfo)
  const config = resolveConfig(info, options, schedule)
  const restart = resolveRestart(options.restart)
  const isCritical = info.priority === 'critical'
  const { restarts, hasSlots } = scheduleInfo
  const gates = isCritical && (restarts ? schedule.policy.gatesReady : hasSlots)
  const health = resolveHealth(options.health)
  const rules = rulesOf(health, info)
  const settings: TaskSettings = {
    health,
    rules,
    judgesSuccess: judgesSuccess(rules),
    restartWhen: restart.when,
    namesRestart: options.restart !== undefined,
    enabled: resolveEnabled(options.enabled, restarts),
    lastSlot: optionalFunction('lastSlot', options.lastSlot),
    gatesReadiness: optionalBoolean('readiness', options.readiness) ?? gates,
    readyWhen: oneOf('readyWhen', options.readyWhen ?? 'armed', ['armed', 'first-success']),
    gatesLiveness: optionalBoolean('liveness', options.liveness) ?? true,
    historySize: wholeNumber('history', options.history ?? 20, 0, 1_000),
  }
  return { info, config, schedule, settings, run }
}

function judgesSuccess(rules: readonly HealthRule[]): boolean {
  return rules.some(({ ignoresSuccess }) => ignoresSuccess !== true)
}

/** `enabled` is called at slots and triggers. A loop has no slots, so the option is refused. */
function resolveEnabled(enabled: TaskBehavior['enabled'], isLoop: boolean): TaskBehavior['enabled'] {
  if (enabled === undefined || !isLoop) return optionalFunction('enabled', enabled)
  throw new InvalidOptionError('enabled', 'left out for a loop; use pause() and resume() instead', enabled)
}

function resolveInfo(name: string, options: TaskBehavior, schedule: ScheduleInfo): TaskInfo {
  const { owner = 'app', category = 'default', priority = 'normal', scope = 'instance' } = options
  const { timeout, runbook, slo, trace } = options
  return Object.freeze({
    name,
    owner: text('owner', owner),
    category: text('category', category),
    priority: oneOf('priority', priority, priorities),
    scope: oneOf('scope', scope, scopes),
    schedule,
    timeoutMs:
      timeout === undefined ? undefined : toMs('timeout', timeout, { min: 1, max: longestTimeoutMs }),
    runbook: runbook === undefined ? undefined : text('runbook', runbook, 2_000),
    slo: resolveSlo(slo),
    trace: resolveTrace(trace),
  })
}

function resolveSlo(slo: TaskBehavior['slo']): TaskInfo['slo'] {
  if (slo === undefined) return undefined
  checkKeys('slo', slo, ['target', 'window'])
  const { target, window = '30d' } = slo
  if (typeof target === 'number' && target > 0 && target < 1)
    return { target, windowMs: toMs('slo.window', window, { min: 1 }) }
  throw new InvalidOptionError('slo.target', 'a ratio between 0 and 1', target)
}

function resolveTrace(trace: TaskBehavior['trace']): TaskInfo['trace'] {
  if (trace === undefined || trace === 'on' || trace === 'off') return trace
  if (typeof trace === 'object' && trace !== null && trace.ratio >= 0 && trace.ratio <= 1)
    return { ratio: trace.ratio }
  throw new InvalidOptionError('trace', "'on', 'off' or { ratio } with a ratio from 0 to 1", trace)
}

function resolveConfig(info: TaskInfo, options: TaskBehavior, schedule: Schedule): TaskConfig {
  const { misfire, catchUpMs } = schedule.policy
  const { retry, dependsOn = [] } = options
  if (!Array.isArray(dependsOn)) throw new InvalidOptionError('dependsOn', 'a list of task names', dependsOn)
  const { startedBy, restarts, periodMs } = info.schedule
  const chosen = resolveOverlap(options.overlap ?? 'skip')
  const overlap = restarts ? skipOverlap : chosen
  const most = wholeNumber('max', options.max ?? 10_000, 1, 1_000_000)
  return {
    planning: schedule.policy.planning,
    priority: info.priority,
    dependsOn: dependsOn.map((name) => checkName(name, 'dependsOn')),
    overlap: overlap.policy,
    limit: limits[startedBy](overlap.limit, most),
    timeoutMs: info.timeoutMs ?? Number.POSITIVE_INFINITY,
    abortGraceMs: toMs('abortGrace', options.abortGrace ?? 5_000, { max: longestTimeoutMs }),
    allowAbandoned: resolveAllowAbandoned(options.allowAbandoned ?? (startedBy === 'spawn' ? most : 0)),
    misfire,
    catchUpMs,
    lateMs: lateLimit(periodMs),
    restart: restarts ? withoutFunction(resolveRestart(options.restart)) : noRestart,
    retry: retry === undefined ? undefined : resolveRetry(retry),
    flapMs: halfLifeOf(periodMs),
  }
}

/** The kernel holds plain data: the result of a user's `when` reaches it as part of an event. */
function withoutFunction(policy: ResolvedRestart): ResolvedRestart {
  return policy.when === undefined ? policy : { ...policy, when: undefined }
}

const noRestart = resolveRestart('never')

/** The most live runs. Calls of an instrumented function can't be held back. */
const limits: Readonly<Record<ScheduleInfo['startedBy'], (ofOverlap: number, max: number) => number>> = {
  supervisor: Math.min,
  trigger: Math.min,
  spawn: (_ofOverlap, max) => max,
  call: () => Number.POSITIVE_INFINITY,
}

function resolveAllowAbandoned(value: number): number {
  return wholeNumber('allowAbandoned', value, 0, 1_000_000)
}

const skipOverlap = resolveOverlap('skip')

function resolveOverlap(overlap: Overlap): {
  readonly policy: TaskConfig['overlap']
  readonly limit: number
} {
  if (typeof overlap === 'object' && overlap !== null) {
    checkKeys('overlap', overlap, ['parallel'])
    return { policy: 'parallel', limit: wholeNumber('overlap.parallel', overlap.parallel, 1, 1_000_000) }
  }
  const choices = ['skip', 'queue', 'cancel-previous'] as const
  const policy = choices.find((choice) => choice === overlap)
  if (policy) return { policy, limit: 1 }
  throw new InvalidOptionError('overlap', "'skip', 'queue', 'cancel-previous' or { parallel: n }", overlap)
}

/** Resolves the parts of a task that depend on its schedule, for a new schedule. */
export function rescheduled(
  former: TaskInfo,
  config: TaskConfig,
  settings: TaskSettings,
  schedule: Schedule,
): Omit<ResolvedTask, 'run'> {
  const { misfire, catchUpMs } = schedule.policy
  const { periodMs } = schedule.info
  const lateMs = lateLimit(periodMs)
  const info = Object.freeze({ ...former, schedule: schedule.info })
  const rules = rulesOf(settings.health, info)
  return {
    info,
    schedule,
    settings:
      rules === settings.rules ? settings : { ...settings, rules, judgesSuccess: judgesSuccess(rules) },
    config: {
      ...config,
      planning: schedule.policy.planning,
      misfire,
      catchUpMs,
      lateMs,
      flapMs: halfLifeOf(periodMs),
    },
  }
}

/** How late a slot may be before misfire `skip` drops it. */
function lateLimit(periodMs = 0): number {
  return Math.max(1_000, periodMs / 10)
}
