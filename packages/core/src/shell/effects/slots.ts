import { emit, taskPart } from '../emit.ts'
import type { EffectHandlers, EffectParts } from './handler.ts'

type SlotEffect = 'plan' | 'skip' | 'miss'

/** What follows from decisions about slots. */
export function slotEffects({ kernelLoop, planner, slots }: EffectParts): EffectHandlers<SlotEffect> {
  return {
    plan(record, _effect, now) {
      slots.plan(record, now)
    },

    skip(record, { reason, count, atLeast, slot }, now) {
      const scheduledAt = slot === undefined ? undefined : planner.wallOf(record, slot, now)
      const part = taskPart(record, now)
      emit(kernelLoop, record, { type: 'run.skipped', ...part, reason, count, atLeast, scheduledAt })
    },

    miss(record, { count, atLeast, from, to }, now) {
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
