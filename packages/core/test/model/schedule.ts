import type { DueSlots } from '../../src/kernel/event.ts'
import type { World } from './world.ts'
import { periodOf, recordOf } from './world.ts'

export interface Planned {
  readonly slot: number | undefined
  readonly dueAt: number
}

const never: Planned = { slot: undefined, dueAt: Number.POSITIVE_INFINITY }

export function firstSlot(world: World, index: number): Planned {
  const kind = recordOf(world, index)?.config.planning
  const periodMs = periodOf(world, index)
  const { now } = world
  if (kind === 'delay') return planned(world, index, now + periodMs)
  const anchor = world.tasks[index]?.anchor ?? now
  if (kind === 'once') return planned(world, index, anchor + periodMs)
  if (kind !== 'slots' && kind !== 'awaited') return never
  if (recordOf(world, index)?.config.host?.followsRuns) return planned(world, index, now + periodMs)
  const { lastSlot = Number.NEGATIVE_INFINITY } = recordOf(world, index) ?? {}
  let slot = anchor + Math.ceil((now - anchor) / periodMs) * periodMs
  while (slot <= lastSlot) slot += periodMs
  return planned(world, index, slot)
}

export function dueSlots(
  world: World,
  index: number,
  standby: boolean,
  until = world.now,
): DueSlots | undefined {
  const record = recordOf(world, index)
  const slot = record?.slot
  if (record === undefined || slot === undefined || record.slotDueAt > world.now) return undefined
  const periodMs = periodOf(world, index)
  const isOnlyOne = record.config.planning !== 'slots' && record.config.planning !== 'awaited'
  const count = isOnlyOne ? 1 : Math.floor((until - slot) / periodMs) + 1
  const newest = slot + (count - 1) * periodMs
  const { misfire } = record.config
  const keep = typeof misfire === 'object' ? misfire.all + 1 : 2
  const recent = Array.from({ length: count }, (_, n) => slot + n * periodMs).slice(-keep)
  const next = isOnlyOne ? never : planned(world, index, newest + periodMs)
  const lateMs = Math.max(0, world.now - newest - jitterOf(world, index))
  return {
    count,
    atLeast: false,
    oldest: slot,
    newest,
    recent,
    lateMs,
    next: next.slot,
    nextDueAt: next.dueAt,
    standby,
    jumpedOver: false,
  }
}

export function passedSlot(world: World, index: number, slots: DueSlots | undefined): number | undefined {
  const pending = slots ? slots.next : recordOf(world, index)?.slot
  return pending !== undefined && pending <= world.now ? pending : undefined
}

function planned(world: World, index: number, slot: number): Planned {
  return { slot, dueAt: slot + jitterOf(world, index) }
}

function jitterOf(world: World, index: number): number {
  return world.configuration.tasks[index]?.jitterMs ?? 0
}
