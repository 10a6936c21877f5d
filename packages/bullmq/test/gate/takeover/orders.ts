import type { ActiveRun, RunRecord, TaskView } from '@runwell/core'
import type { BullmqFleetOptions } from '../../../src/options.ts'

export interface Orders {
  readonly fleet: BullmqFleetOptions
  readonly endpoint: string
  /** Wall time of the first slot, a whole second. */
  readonly at: number
}

export interface Reply {
  readonly instanceId: string
  readonly history: readonly RunRecord[]
  readonly active: readonly ActiveRun[]
  readonly running: NonNullable<TaskView['fleet']>['running']
  /** How many processes have registered the task. */
  readonly members: number
}
