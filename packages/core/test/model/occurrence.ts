import type { Effect } from '../../src/kernel/effect.ts'
import type { DueSlots, KernelEvent } from '../../src/kernel/event.ts'
import type { Phase } from '../../src/kernel/state.ts'
import type { World } from './world.ts'
import { recordOf } from './world.ts'

/** One step of the kernel: what happened, what there was before that it needs, and what came of it. */
export interface Occurrence {
  readonly world: World
  readonly event: KernelEvent
  readonly effects: readonly Effect[]
  readonly phaseBefore: Phase
  /** Of the class that was ending before. */
  readonly classBefore: number
  /** Slots that waited for a run to end, by task. */
  readonly waitingBefore: readonly (readonly number[])[]
  /** The slot that each task waited for. */
  readonly pendingBefore: readonly (number | undefined)[]
  /** Whether that slot had come due, and the shell had not said so yet. */
  readonly overdueBefore: readonly boolean[]
  /** Tickets whose wish waited, by task; 0 for none. */
  readonly ticketsBefore: readonly number[]
  /** The requestId that the event brought; 0 for none. */
  readonly freshTicket: number
}

export function waitingSlots(world: World, index: number): readonly number[] {
  const record = recordOf(world, index)
  const queued = record?.queued?.slot
  const backlog = record?.backlog ?? []
  return queued === undefined ? backlog : [queued, ...backlog]
}

export function slotsOf(event: KernelEvent): DueSlots | undefined {
  return event.type === 'due' ? event.slots : undefined
}
