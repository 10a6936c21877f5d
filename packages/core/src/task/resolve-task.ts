import { durationFrom, msOf } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import {
  aFunction,
  anything,
  check,
  checkOptions,
  type OptionTable,
  oneOf,
  reading,
  takes,
  textUpTo,
  trueOrFalse,
  wholeNumber,
} from '../base/options.ts'
import type { ScheduleInfo } from '../base/schedule-info.ts'
import type { TaskInfo, TraceOption } from '../base/task-info.ts'
import { priorities, scopes } from '../base/words.ts'
import { resolveHealth, rulesOf } from '../health/default-rules.ts'
import { halfLifeOf } from '../health/flap.ts'
import type { HealthRule } from '../health/rule.ts'
import type { TaskConfig } from '../kernel/state.ts'
import type { ResolvedRestart } from '../restart/policy.ts'
import { resolveRestart } from '../restart/resolve-restart.ts'
import { type ResolvedRetry, resolveRetry } from '../restart/retry.ts'
import { manual } from '../schedule/manual.ts'
import type { Schedule } from '../schedule/schedule.ts'
import { checkSchedule } from './check-schedule.ts'
import { isTaskName, ofTask } from './of-task.ts'
import type { Overlap, Slo, TaskBehavior, TaskOptions } from './options.ts'
import { refuseUnused } from './refuse-unused.ts'
import { historyOf, historyOption } from './resolve-history.ts'
import type { ResolvedTask, SharedTask, TaskSettings } from './resolved.ts'
import type { RunContext } from './run-context.ts'
import { taskAliases } from './task-aliases.ts'

const longestMs = 365 * 86_400_000
const aName = takes<string>('a letter or digit, then up to 119 of letters, digits and _ . : / -', isTaskName)
const aLabel = textUpTo(200)
const overlaps = ['skip', 'queue', 'cancel-previous'] as const
const aReason = textUpTo(1_000)
const aLimit = wholeNumber(1, 1_000_000)
const aTarget = takes<number>(
  'a ratio between 0 and 1',
  (value) => typeof value === 'number' && value > 0 && value < 1,
)

/** `resolveBehavior` checks the options that accept `anything` here. */
export const behaviorOptions: OptionTable<TaskBehavior> = {
  owner: aLabel,
  category: aLabel,
  priority: oneOf(priorities),
  overlap: anything,
  timeout: durationFrom(1, longestMs),
  abortGrace: durationFrom(0, longestMs),
  allowAbandoned: wholeNumber(0, 1_000_000),
  restart: anything,
  retry: anything,
  on: anything,
  health: anything,
  dependsOn: takes<readonly unknown[]>('a list of task names', Array.isArray),
  enabled: aFunction,
  paused: takes<boolean | string>(
    `true, false or a reason, which is ${aReason.expected}`,
    (value) => typeof value === 'boolean' || aReason.fits(value),
  ),
  lastSlot: aFunction,
  readiness: trueOrFalse,
  readyWhen: oneOf(['armed', 'first-success']),
  liveness: trueOrFalse,
  scope: oneOf(scopes),
  history: historyOption,
  max: aLimit,
  runbook: textUpTo(2_000),
  slo: anything,
  trace: takes<TraceOption>(
    "'on', 'off' or { ratio } with a ratio from 0 to 1",
    (value) => value === 'on' || value === 'off' || isRatio(value),
  ),
}
export const taskOptions: OptionTable<TaskOptions> = {
  name: anything,
  schedule: anything,
  run: aFunction,
  ...behaviorOptions,
}
const sloOptions: OptionTable<Slo> = { target: aTarget, window: durationFrom(1) }
const callbackOptions: OptionTable<NonNullable<TaskBehavior['on']>> = {
  failure: aFunction,
  recovered: aFunction,
  parked: aFunction,
}
const overlapOptions = { parallel: aLimit }

function isRatio(trace: unknown): boolean {
  if (typeof trace !== 'object' || trace === null || !('ratio' in trace)) return false
  const { ratio } = trace
  return typeof ratio === 'number' && ratio >= 0 && ratio <= 1
}

export function resolveTask(options: TaskOptions): ResolvedTask {
  return ofTask(nameOf(options), () => reading('task', () => resolve(options)))
}

export function nameOf(options: unknown): unknown {
  try {
    return (options as TaskOptions).name
  } catch {
    return undefined
  }
}

function resolve(options: TaskOptions): ResolvedTask {
  checkOptions('task', options, taskOptions, '', taskAliases)
  const { schedule = manual(), run } = options
  check('run', run, aFunction)
  checkSchedule(schedule)
  return resolveBehavior(checkName(options.name), options, schedule, schedule.info, run)
}

export function checkName(name: unknown, option = 'name'): string {
  return check(option, name, aName)
}

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
  const gates = isCritical && (restarts ? scheduleInfo.waitsForReady === true : hasSlots)
  const health = resolveHealth(options.health)
  const rules = rulesOf(health, info)
  const settings: TaskSettings = {
    health,
    rules,
    judgesSuccess: judgesSuccess(rules),
    restartWhen: restart.when,
    retryIf: options.retry?.if,
    on: resolveOn(options.on),
    enabled: options.enabled,
    lastSlot: options.lastSlot,
    gatesReadiness: options.readiness ?? gates,
    readyWhen: options.readyWhen ?? 'armed',
    gatesLiveness: options.liveness ?? true,
    ...historyOf(options.history),
  }
  refuseUnused(options, scheduleInfo)
  const { paused = false } = options
  return { info, config, schedule, settings, namesCategory: options.category !== undefined, paused, run }
}

function resolveOn(on: TaskBehavior['on']): TaskBehavior['on'] {
  if (on !== undefined) checkOptions('on', on, callbackOptions)
  return on
}

function judgesSuccess(rules: readonly HealthRule[]): boolean {
  return rules.some(({ ignoresSuccess }) => ignoresSuccess !== true)
}

function resolveInfo(name: string, options: TaskBehavior, schedule: ScheduleInfo): TaskInfo {
  const { owner = 'app', category = 'default', priority = 'normal', scope = 'instance' } = options
  const { timeout, runbook, slo, trace } = options
  return Object.freeze({
    name,
    owner,
    category,
    priority,
    scope,
    schedule,
    timeoutMs: timeout === undefined ? undefined : msOf(timeout),
    runbook,
    slo: resolveSlo(slo),
    trace: typeof trace === 'object' ? { ratio: trace.ratio } : trace,
  })
}

function resolveSlo(slo: TaskBehavior['slo']): TaskInfo['slo'] {
  if (slo === undefined) return undefined
  checkOptions('slo', slo, sloOptions)
  const { target, window = '30d' } = slo
  return { target: check('slo.target', target, aTarget), windowMs: msOf(window) }
}

function resolveConfig(info: TaskInfo, options: TaskBehavior, schedule: Schedule): TaskConfig {
  const { misfire, catchUpMs, catchUpGiven } = schedule.policy
  const { retry, dependsOn = [] } = options
  const { startedBy, restarts, periodMs } = info.schedule
  const overlap = resolveOverlap(options.overlap)
  const { max: most = startedBy === 'spawn' ? 10_000 : Number.POSITIVE_INFINITY } = options
  return {
    planning: schedule.policy.planning,
    priority: info.priority,
    dependsOn: [...new Set(dependsOn.map((name) => checkName(name, 'dependsOn')))],
    overlap: overlap.policy,
    limit: limits[startedBy](overlap.limit, most),
    timeoutMs: info.timeoutMs ?? Number.POSITIVE_INFINITY,
    abortGraceMs: msOf(options.abortGrace ?? 5_000),
    allowAbandoned: options.allowAbandoned ?? (startedBy === 'spawn' || startedBy === 'call' ? most : 0),
    misfire,
    catchUpMs,
    catchUpGiven,
    restart: restarts ? withoutFunction(resolveRestart(options.restart)) : noRestart,
    retry: retry === undefined ? undefined : withoutPredicate(resolveRetry(retry)),
    flapMs: halfLifeOf(periodMs),
  }
}

/** The state of the kernel is plain data, so it can't contain the function `when`. */
function withoutFunction(policy: ResolvedRestart): ResolvedRestart {
  return policy.when === undefined ? policy : { ...policy, when: undefined }
}

function withoutPredicate({ times, backoff }: ResolvedRetry): ResolvedRetry {
  return { times, backoff }
}

const noRestart = resolveRestart('never')

const limits: Readonly<Record<ScheduleInfo['startedBy'], (ofOverlap: number, max: number) => number>> = {
  supervisor: Math.min,
  trigger: Math.min,
  spawn: (_ofOverlap, max) => max,
  call: () => Number.POSITIVE_INFINITY,
}

function resolveOverlap(overlap: Overlap = 'skip'): {
  readonly policy: TaskConfig['overlap']
  readonly limit: number
} {
  if (typeof overlap === 'object' && overlap !== null) {
    checkOptions('overlap', overlap, overlapOptions)
    return { policy: 'parallel', limit: check('overlap.parallel', overlap.parallel, aLimit) }
  }
  const policy = overlaps.find((choice) => choice === overlap)
  if (policy) return { policy, limit: 1 }
  throw new InvalidOptionError('overlap', "'skip', 'queue', 'cancel-previous' or { parallel: n }", overlap)
}

export function rescheduled(
  former: TaskInfo,
  config: TaskConfig,
  settings: TaskSettings,
  schedule: Schedule,
): SharedTask {
  const { misfire, catchUpMs, catchUpGiven } = schedule.policy
  const { periodMs } = schedule.info
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
      catchUpGiven,
      flapMs: halfLifeOf(periodMs),
    },
  }
}
