import type { ActiveRun, RunRecord, TaskView } from '@runwell/core'
import type { BullmqFleetOptions } from '../../../src/options.ts'

/** The options of a process of the test, passed at its start. */
export interface Orders {
  readonly fleet: BullmqFleetOptions
  /** The address to which the process sends its telemetry. */
  readonly endpoint: string
  /** When the first slot of the task is due: wall time, a whole second. */
  readonly at: number
}

/** The answer of a process to `tell`: what it knows about its task. */
export interface Reply {
  readonly instanceId: string
  readonly history: readonly RunRecord[]
  readonly active: readonly ActiveRun[]
  readonly running: NonNullable<TaskView['fleet']>['running']
  /** How many processes know the task. */
  readonly members: number
}
