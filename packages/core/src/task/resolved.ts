import type { TaskInfo } from '../base/task-info.ts'
import type { ResolvedHealth } from '../health/default-rules.ts'
import type { HealthRule } from '../health/rule.ts'
import type { TaskConfig } from '../kernel/state.ts'
import type { RestartPredicate } from '../restart/policy.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { TaskOptions } from './options.ts'
import type { RunContext } from './run-context.ts'

/** A task with every default filled in and every value checked. */
export interface ResolvedTask {
  readonly info: TaskInfo
  readonly config: TaskConfig
  readonly schedule: Schedule
  readonly settings: TaskSettings
  readonly run: (context: RunContext) => unknown
}

/** What the shell keeps of a task's options, besides its function. */
export interface TaskSettings {
  readonly health: ResolvedHealth
  /** What `health` comes to with the task's schedule. */
  readonly rules: readonly HealthRule[]
  /** Whether any of `rules` may find something in a success. */
  readonly judgesSuccess: boolean
  readonly restartWhen: RestartPredicate | undefined
  /** Whether the options have a restart policy, be it of use or not. */
  readonly namesRestart: boolean
  readonly enabled: (() => boolean) | undefined
  readonly lastSlot: TaskOptions['lastSlot']
  readonly gatesReadiness: boolean
  readonly readyWhen: 'armed' | 'first-success'
  readonly gatesLiveness: boolean
  readonly historySize: number
}

/** A resolved task, made of parts that like tasks share: a service may have a hundred thousand of them. */
export interface SharedTask {
  readonly info: TaskInfo
  readonly config: TaskConfig
  readonly schedule: Schedule
  readonly settings: TaskSettings
}
