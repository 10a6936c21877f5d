import type { TaskInfo } from '../../base/task-info.ts'
import type { SkipReason } from '../../base/words.ts'
import type { EventOf } from '../../events/events.ts'
import { emit, taskPart } from '../emit.ts'
import type { TaskRecord } from '../task-record.ts'
import type { EffectHandlers, EffectParts } from './handler.ts'

type SlotEffect = 'plan' | 'skip' | 'miss' | 'ask-fleet'

/** If a host skips a slot for one of these reasons, the health rules still expect a success for this slot. */
const needsSuccess: ReadonlySet<SkipReason> = new Set<SkipReason>(['overlap', 'replaced', 'stuck', 'host'])

export function slotEffects({ kernelLoop, planner, slots, fleet }: EffectParts): EffectHandlers<SlotEffect> {
  return {
    plan(record, _effect, now) {
      if (fleet?.known.plansFirst(record)) return
      if (record.state.config.host?.followsRuns === true) record.start = { ...record.start, mono: now.mono }
      slots.plan(record, now)
    },

    'ask-fleet': (record, { question }) => fleet?.ask(record, question),

    skip(record, { reason, count, atLeast, slot, detail, told }, now) {
      if (slot !== undefined) forgetWaits(record, count === 1 ? slot : Number.NEGATIVE_INFINITY, slot)
      const scheduledAt = slot === undefined ? undefined : planner.wallOf(record, slot, now)
      const part = taskPart(record, now)
      const event = { type: 'run.skipped', ...part, reason, count, atLeast, scheduledAt } as const
      emit(kernelLoop, record, detail === undefined ? event : { ...event, detail })
      if (told) record.onToldSkip(slot === undefined ? 0 : count, !needsSuccess.has(reason))
    },

    miss(record, { count, atLeast, from, to, cause, told }, now) {
      forgetWaits(record, from, to)
      if (told) record.clearMissing()
      if (record.state.host) record.mustJudge = true
      emit(kernelLoop, record, {
        type: 'run.missed',
        ...taskPart(record, now),
        count,
        atLeast,
        from: planner.wallOf(record, from, now),
        to: planner.wallOf(record, to, now),
        cause: cause ?? usualCause(record.info),
      })
    },
  }
}

function usualCause({ schedule, fleet }: TaskInfo): EventOf<'run.missed'>['cause'] {
  if (schedule.startedBy === 'call') return 'host'
  return fleet === undefined ? 'blocked' : 'fleet'
}

/**
 * Removes decided slots from `waitedOver`. If the clock is set back, these slots can become due again, and their old
 * values would be wrong.
 */
function forgetWaits({ readonlyExtras: { waitedOver } }: TaskRecord, from: number, to: number): void {
  if (waitedOver === undefined) return
  for (const slot of waitedOver.keys()) if (slot >= from && slot <= to) waitedOver.delete(slot)
}
