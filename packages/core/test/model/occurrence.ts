import type { Effect } from '../../src/kernel/effect.ts'
import type { DueSlots, KernelEvent } from '../../src/kernel/event.ts'
import type { Phase } from '../../src/kernel/state.ts'
import type { World } from './world.ts'
import { recordOf } from './world.ts'

/** One step of the kernel: the event, the state before it, and the effects. */
export interface Occurrence {
  readonly world: World
  readonly event: KernelEvent
  readonly effects: readonly Effect[]
  readonly phaseBefore: Phase
  /** The index of the class that the shutdown was stopping before the step. */
  readonly classBefore: number
  /** How many slots of each task were waiting before the step, as {@link waitingCount} counts them. */
  readonly waitingBefore: readonly number[]
  /** The pending slot of each task before the step. */
  readonly pendingBefore: readonly (number | undefined)[]
  /** Whether the pending slot of each task was due before the step, but could not run yet. */
  readonly heldBefore: readonly boolean[]
  /** Whether the pending slot of each task was due before the step, while its timer had not fired yet. */
  readonly overdueBefore: readonly boolean[]
  /** The id of the queued request of each task before the step; 0 for none. */
  readonly requestsBefore: readonly number[]
  /** When the pause of each task was to end; `undefined` for an absent task. */
  readonly pausedUntilBefore: readonly (number | undefined)[]
  /** The id of the request in the event; 0 for none. */
  readonly newRequest: number
}

function waitingSlots(world: World, index: number): readonly number[] {
  const record = recordOf(world, index)
  const queued = record?.queued?.slot
  const held = record?.held ? record.slot : undefined
  return [queued, held, ...(record?.backlog ?? [])].filter((slot) => slot !== undefined)
}

/**
 * How many slots of a task wait for a decision. If the host has run or skipped a slot before its time, the number is
 * one smaller.
 */
export function waitingCount(world: World, index: number): number {
  const host = recordOf(world, index)?.host
  const open = (host?.open.length ?? 0) - (host?.takenEarly === undefined ? 0 : 1)
  return waitingSlots(world, index).length + open
}

export function slotsOf(event: KernelEvent): DueSlots | undefined {
  return event.type === 'due' || event.type === 'reschedule' ? event.slots : undefined
}
