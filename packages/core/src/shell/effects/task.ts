import type { Now } from '../../base/now.ts'
import { liveRuns } from '../../kernel/state.ts'
import { emit, taskPart } from '../emit.ts'
import { liveRunOf } from '../live-run.ts'
import type { TaskRecord } from '../task-record.ts'
import type { EffectHandlers, EffectParts } from './handler.ts'
import { closeHealth, type HandleHealth } from './health.ts'

type LifeEffect =
  | 'task-started'
  | 'task-stopped'
  | 'unregistered'
  | 'controlled'
  | 'paused'
  | 'resumed'
  | 'rescheduled'

export function taskEffects(parts: EffectParts, handleHealth: HandleHealth): EffectHandlers<LifeEffect> {
  const { kernelLoop, planner, attribution, slots, fleet, onGone } = parts
  const shared = sharedInstants()

  return {
    'task-started'(record, _effect, now) {
      record.mustJudge = true
      record.start = shared(now)
      noteDown(record, now)
      const firstRunAt = record.state.paused ? undefined : planner.firstRunAt(record, now)
      emit(kernelLoop, record, { type: 'task.started', ...taskPart(record, now), firstRunAt })
      fleet?.onArmed(record)
    },

    'task-stopped'(record, { reason }, now) {
      emit(kernelLoop, record, { type: 'task.stopped', ...taskPart(record, now), reason })
      record.readonlyExtras.host?.refuseTriggers(reason === 'stop' ? 'stopping' : 'unregistered')
      if (reason === 'finished' && record.schedule.policy.unregistersWhenFinished)
        kernelLoop.dispatch({ type: 'unregister', task: record.info.name })
    },

    unregistered(record, _effect, now) {
      closeHealth(handleHealth, record, [], 'unregistered', now)
      emit(kernelLoop, record, { type: 'task.unregistered', ...taskPart(record, now) })
      attribution.forget(record)
      slots.forget(record, now)
      fleet?.withdraw(record)
      onGone(record)
    },

    controlled(record, { control, result, asked, run }, now) {
      const runId = run && liveRunOf(run)?.runId
      const part = taskPart(record, now)
      emit(kernelLoop, record, { type: 'control.performed', ...part, control, ...asked, result, runId })
    },

    paused(record, { again, reason, by }, now) {
      const { pausedUntil } = record.state
      if (again && record.readonlyExtras.pauseReason === reason) return
      const until = pausedUntil === Number.POSITIVE_INFINITY ? undefined : pausedUntil
      record.extras.pausedAt ??= now.wall
      record.extras.pauseReason = reason
      record.extras.pausedBy = by
      record.clearUnmet()
      emit(kernelLoop, record, { type: 'task.paused', ...taskPart(record, now), reason, until })
    },

    resumed(record, { cause }, now) {
      if (cause === 'until') record.readonlyExtras.host?.resume()
      record.mustJudge = true
      record.extras.pausedAt = undefined
      record.extras.pauseReason = undefined
      record.extras.pausedBy = undefined
      noteDown(record, now)
      emit(kernelLoop, record, { type: 'task.resumed', ...taskPart(record, now), cause })
    },

    rescheduled(record, _effect, now) {
      record.mustJudge = true
      const next = record.readonlyExtras.reschedules?.shift()
      record.info = next?.info ?? record.info
      record.schedule = next?.schedule ?? record.schedule
      record.settings = next?.settings ?? record.settings
      closeHealth(handleHealth, record, record.rules, 'rescheduled', now)
      record.extras.lineFrom ??= record.start.wall
      record.start = shared({ ...now, awake: record.start.awake })
      const isLive = liveRuns(record.state) > 0
      record.extras.isFirstSlot = !isLive
      record.extras.isRescheduled = record.state.mode !== 'registered'
      record.extras.isSpread = isLive
      record.clearOldSlots()
      const { schedule } = record.info
      const isUnknown =
        record.state.paused || !record.extras.isRescheduled || (isLive && schedule.kind === 'delay')
      const firstRunAt = isUnknown ? undefined : planner.firstRunAt(record, now)
      emit(kernelLoop, record, { type: 'task.rescheduled', ...taskPart(record, now), schedule, firstRunAt })
      if (record.state.mode !== 'registered') fleet?.define(record)
    },
  }
}

function noteDown(record: TaskRecord, now: Now): void {
  if (record.info.schedule.restarts) record.extras.downSinceAwake = now.awake
}

/** Consecutive calls with equal times return the same object. This saves memory if a service has many tasks. */
function sharedInstants(): (now: Now) => Now {
  let last: Now | undefined
  return ({ wall, mono, awake }) => {
    if (last === undefined || last.mono !== mono || last.wall !== wall || last.awake !== awake)
      last = { wall, mono, awake }
    return last
  }
}
