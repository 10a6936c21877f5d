import { durationFrom, msOf } from '../base/duration.ts'
import { defaultGraceMs } from '../base/grace.ts'
import {
  aFunction,
  anything,
  checkOptions,
  type Hints,
  type OptionTable,
  reading,
  textUpTo,
} from '../base/options.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { HostConfig } from '../kernel/host-state.ts'
import type { TaskConfig } from '../kernel/state.ts'
import { expected, followsRuns } from '../schedule/expected.ts'
import { external } from '../schedule/external.ts'
import type { Schedule } from '../schedule/schedule.ts'
import { checkSchedule } from './check-schedule.ts'
import type { ExternalOptions, HostControl } from './external.ts'
import { ofTask } from './of-task.ts'
import {
  behaviorOptions,
  checkName,
  nameOf,
  rescheduled,
  resolveBehavior,
  taskOptions,
} from './resolve-task.ts'
import type { ResolvedTask, SharedTask, TaskSettings } from './resolved.ts'
import { taskAliases } from './task-aliases.ts'

const { owner, category, priority, on, health, dependsOn, enabled } = behaviorOptions
const { readiness, readyWhen, scope, history, runbook, slo, trace } = behaviorOptions
export const externalOptions: OptionTable<ExternalOptions> = {
  name: anything, // checked by `checkName`
  expects: anything, // checked by `expectedBy`
  grace: durationFrom(0),
  host: textUpTo(100),
  control: anything,
  owner,
  category,
  priority,
  on,
  health,
  dependsOn,
  enabled,
  readiness,
  readyWhen,
  scope,
  history,
  runbook,
  slo,
  trace,
}

const hostRuns = {
  cure: 'Other code runs this task, so Runwell cannot apply this option. To use it, let Runwell run the task: supervisor.register({ … }).',
}
const ofSchedules = ['misfire', 'catchUp', 'jitter']
const names = Object.keys({ ...taskOptions, ...taskAliases }).filter(
  // A name such as `handler` may be a misspelt option of an adapter.
  (name) => !Object.hasOwn(externalOptions, name) && (taskAliases as Hints)[name] !== 'run',
)
/** For options that a task has only if Runwell runs it, also under the names of other schedulers. */
export const externalHints: Hints = Object.fromEntries(
  [...names, ...ofSchedules].map((name): [string, Hints[string]] => {
    const isSchedule = name === 'schedule' || (taskAliases as Hints)[name] === 'schedule'
    return [name, isSchedule ? 'expects' : hostRuns]
  }),
)

const controlOptions: OptionTable<HostControl> = {
  trigger: aFunction,
  pause: aFunction,
  resume: aFunction,
  stop: aFunction,
  reschedule: aFunction,
  nextRunAt: aFunction,
}

interface ResolvedExternal {
  readonly task: ResolvedTask
  readonly control: HostControl | undefined
}

export function resolveExternal(where: string, options: ExternalOptions): ResolvedExternal {
  return ofTask(nameOf(options), () => reading(where, () => resolve(where, options)))
}

/** Checks options whose name may still be missing. Errors name the task only if it has a name. */
export function checkExternal(where: string, options: Partial<ExternalOptions>): void {
  const { name = 'task' } = options
  ofTask(nameOf(options), () => resolve(where, { ...options, name }))
}

function resolve(where: string, options: ExternalOptions): ResolvedExternal {
  checkOptions(where, options, externalOptions, '', externalHints)
  const { name, expects, grace, host, control, ...behavior } = options
  if (control !== undefined) checkOptions('control', control, controlOptions)
  const schedule = expects === undefined ? external('call') : expectedBy('expects', expects)
  const task = resolveBehavior(checkName(name), behavior, schedule, schedule.info, () => undefined)
  const graceMs = grace === undefined ? undefined : msOf(grace)
  const known = withHost(task, { graceMs, host, stops: control?.stop !== undefined })
  return { task: known, control }
}

function expectedBy(option: string, expects: Schedule): Schedule {
  checkSchedule(expects, option)
  return expected(option, expects)
}

export function externalRescheduled(
  config: TaskConfig,
  { info, settings }: { readonly info: TaskInfo; readonly settings: TaskSettings },
  expects: Schedule,
): SharedTask {
  const schedule = expectedBy('schedule', expects)
  const next = rescheduled(info, config, settings, schedule)
  const graceMs = info.graceMs === defaultGraceMs(info.schedule.periodMs) ? undefined : info.graceMs
  return withHost(next, { graceMs, host: info.host, stops: config.host?.stops === true })
}

interface HostPart {
  readonly graceMs: number | undefined
  readonly host: string | undefined
  readonly stops: boolean
}

function withHost<Resolved extends SharedTask>(resolved: Resolved, part: HostPart): Resolved {
  const { info, schedule } = resolved
  const { host, stops } = part
  const isAwaited = schedule.policy.planning === 'awaited'
  const graceMs = isAwaited ? (part.graceMs ?? defaultGraceMs(schedule.info.periodMs)) : undefined
  const config: HostConfig = {
    graceMs: graceMs ?? 0,
    earlyMs: isAwaited ? earlyMs(schedule.info.periodMs) : 0,
    followsRuns: followsRuns(schedule),
    stops,
  }
  const isPlain = schedule.policy.planning === 'call' && !stops
  return {
    ...resolved,
    info: host === undefined && graceMs === undefined ? info : Object.freeze({ ...info, host, graceMs }),
    config: isPlain ? resolved.config : { ...resolved.config, host: config },
  }
}

/** How long before its slot a run may begin. Needed because no timer is exact. */
function earlyMs(periodMs = Number.POSITIVE_INFINITY): number {
  return Math.min(1_000, periodMs / 10)
}
