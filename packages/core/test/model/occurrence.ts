import type { Effect } from '../../src/kernel/effect.ts'
import type { DueSlots, KernelEvent } from '../../src/kernel/event.ts'
import type { Phase } from '../../src/kernel/state.ts'
import type { World } from './world.ts'
import { recordOf } from './world.ts'

export interface Occurrence {
  readonly world: World
  readonly event: KernelEvent
  readonly effects: readonly Effect[]
  readonly phaseBefore: Phase
  readonly classBefore: number
  readonly waitingBefore: readonly number[]
  readonly pendingBefore: readonly (number | undefined)[]
  /** For each task: true if its pending slot was due before the step, but could not run yet. */
  readonly heldBefore: readonly boolean[]
  /** For each task: true if its pending slot was due before the step, but its timer had not fired yet. */
  readonly overdueBefore: readonly boolean[]
  readonly requestsBefore: readonly number[]
  readonly pausedUntilBefore: readonly (number | undefined)[]
  readonly newRequest: number
}

function waitingSlots(world: World, index: number): readonly number[] {
  const record = recordOf(world, index)
  const queued = record?.queued?.slot
  const held = record?.held ? record.slot : undefined
  return [queued, held, ...(record?.backlog ?? [])].filter((slot) => slot !== undefined)
}

export function waitingCount(world: World, index: number): number {
  const host = recordOf(world, index)?.host
  const open = (host?.open.length ?? 0) - (host?.takenEarly === undefined ? 0 : 1)
  return waitingSlots(world, index).length + open
}

export function slotsOf(event: KernelEvent): DueSlots | undefined {
  return event.type === 'due' || event.type === 'reschedule' ? event.slots : undefined
}
