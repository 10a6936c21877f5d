import type { TaskInfo } from '../base/task-info.ts'
import type { ResolvedHealth } from '../health/default-rules.ts'
import type { HealthRule } from '../health/rule.ts'
import type { TaskConfig } from '../kernel/state.ts'
import type { RestartOptions } from '../restart/policy.ts'
import type { RetryOptions } from '../restart/retry.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { TaskOptions } from './options.ts'
import type { RunContext } from './run-context.ts'

export interface ResolvedTask extends SharedTask {
  readonly namesCategory: boolean
  /** `true` or the reason if the task is registered as paused. */
  readonly paused: boolean | string
  readonly run: (context: RunContext) => unknown
}

export interface TaskSettings {
  readonly health: ResolvedHealth
  readonly rules: readonly HealthRule[]
  readonly judgesSuccess: boolean
  readonly restartWhen: RestartOptions['when']
  readonly retryIf: RetryOptions['if']
  readonly on: TaskOptions['on']
  readonly enabled: (() => boolean) | undefined
  readonly lastSlot: TaskOptions['lastSlot']
  readonly gatesReadiness: boolean
  readonly readyWhen: 'armed' | 'first-success'
  readonly gatesLiveness: boolean
  readonly historySize: number
  /** How long an ended run is kept. `Infinity` if only `historySize` limits the history. */
  readonly historyMs: number
}

/** Equal tasks share `config`, `schedule` and `settings`. This saves memory. */
export interface SharedTask {
  readonly info: TaskInfo
  readonly config: TaskConfig
  readonly schedule: Schedule
  readonly settings: TaskSettings
}
