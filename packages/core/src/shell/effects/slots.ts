import { emit, taskPart } from '../emit.ts'
import type { TaskRecord } from '../task-record.ts'
import type { EffectHandlers, EffectParts } from './handler.ts'

type SlotEffect = 'plan' | 'skip' | 'miss'

/** What follows from decisions about slots. */
export function slotEffects({ kernelLoop, planner, slots }: EffectParts): EffectHandlers<SlotEffect> {
  return {
    plan(record, _effect, now) {
      slots.plan(record, now)
    },

    skip(record, { reason, count, atLeast, slot }, now) {
      if (slot !== undefined) forgetWaits(record, count === 1 ? slot : Number.NEGATIVE_INFINITY, slot)
      const scheduledAt = slot === undefined ? undefined : planner.wallOf(record, slot, now)
      const part = taskPart(record, now)
      emit(kernelLoop, record, { type: 'run.skipped', ...part, reason, count, atLeast, scheduledAt })
    },

    miss(record, { count, atLeast, from, to }, now) {
      forgetWaits(record, from, to)
      emit(kernelLoop, record, {
        type: 'run.missed',
        ...taskPart(record, now),
        count,
        atLeast,
        from: planner.wallOf(record, from, now),
        to: planner.wallOf(record, to, now),
      })
    },
  }
}

/** These slots do not wait for runs any more. After the clock was set back, the same times may come again. */
function forgetWaits({ readonlyExtras: { waitedOver } }: TaskRecord, from: number, to: number): void {
  if (waitedOver === undefined) return
  for (const slot of waitedOver.keys()) if (slot >= from && slot <= to) waitedOver.delete(slot)
}
