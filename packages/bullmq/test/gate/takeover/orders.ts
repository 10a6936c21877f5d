import type { ActiveRun, RunRecord, TaskView } from '@runwell/core'
import type { BullmqFleetOptions } from '../../../src/options.ts'

/** The options of a process of the test, passed at its start. */
export interface Orders {
  readonly fleet: BullmqFleetOptions
  /** Of the receiver of its telemetry. */
  readonly endpoint: string
  /** The slot of its task: wall time, whole seconds. */
  readonly at: number
}

/** What it knows of its task. */
export interface Reply {
  readonly instanceId: string
  readonly history: readonly RunRecord[]
  readonly active: readonly ActiveRun[]
  readonly running: NonNullable<TaskView['fleet']>['running']
  /** How many processes know the task. */
  readonly members: number
}
