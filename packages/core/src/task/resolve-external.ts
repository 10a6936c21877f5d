import { durationFrom, msOf } from '../base/duration.ts'
import { defaultGraceMs } from '../base/grace.ts'
import { aFunction, anything, checkOptions, type OptionTable, reading, textUpTo } from '../base/options.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { HostConfig } from '../kernel/host-state.ts'
import type { TaskConfig } from '../kernel/state.ts'
import { expected, followsRuns } from '../schedule/expected.ts'
import { external } from '../schedule/external.ts'
import type { Schedule } from '../schedule/schedule.ts'
import { checkSchedule } from './check-schedule.ts'
import type { ExternalOptions, HostControl } from './external.ts'
import { ofTask } from './of-task.ts'
import { behaviorOptions, checkName, nameOf, rescheduled, resolveBehavior } from './resolve-task.ts'
import type { ResolvedTask, SharedTask, TaskSettings } from './resolved.ts'

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
  return ofTask(nameOf(options), () => readExternal(where, options))
}

/** Like {@link resolveExternal}, but its errors do not name the task. */
export function readExternal(where: string, options: ExternalOptions): ResolvedExternal {
  return reading(where, () => {
    checkOptions(where, options, externalOptions, '')
    const { name, expects, grace, host, control, ...behavior } = options
    if (control !== undefined) checkOptions('control', control, controlOptions)
    const schedule = expects === undefined ? external('call') : expectedBy('expects', expects)
    const task = resolveBehavior(checkName(name), behavior, schedule, schedule.info, () => undefined)
    const graceMs = grace === undefined ? undefined : msOf(grace)
    const known = withHost(task, { graceMs, host, stops: control?.stop !== undefined })
    return { task: known, control }
  })
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
