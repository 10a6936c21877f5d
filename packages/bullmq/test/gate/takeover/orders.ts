import type { ActiveRun, RunRecord, TaskView } from '@runwell/core'
import type { BullmqFleetOptions } from '../../../src/options.ts'

/** The options of a process of the test, passed at its start. */
export interface Orders {
  readonly fleet: BullmqFleetOptions
  /** The address of the receiver of the process's telemetry. */
  readonly endpoint: string
  /** The slot of the process's task: wall time, whole seconds. */
  readonly at: number
}

/** What a process of the test knows of its task. */
export interface Reply {
  readonly instanceId: string
  readonly history: readonly RunRecord[]
  readonly active: readonly ActiveRun[]
  readonly running: NonNullable<TaskView['fleet']>['running']
  /** How many processes know the task. */
  readonly members: number
}
