import type { Now } from '../../base/now.ts'
import type { RestartCause } from '../../base/words.ts'
import { exhaustions } from '../../restart/exhaustion.ts'
import { inWindow } from '../../restart/ledger.ts'
import { emit, taskPart } from '../emit.ts'
import { oldestRunOf } from '../live-run.ts'
import type { TaskExtras } from '../task-extras.ts'
import type { TaskRecord } from '../task-record.ts'
import type { EffectHandlers, EffectParts } from './handler.ts'

type RestartEffect = 'restart-scheduled' | 'restart-accepted' | 'restart-refused' | 'parked' | 'gave-up'

export function restartEffects(parts: EffectParts): EffectHandlers<RestartEffect> {
  const { kernelLoop, monitor, stopper, callbacks } = parts
  return {
    'restart-scheduled'(record, effect, now) {
      const { cause, streak } = effect
      const delayMs = Math.round(effect.delayMs)
      const spacedMs = Math.round(effect.spacedMs)
      const dueAt = now.wall + delayMs
      const error = record.readonlyExtras.lastError
      record.mustJudge = true
      record.extras.lastRestartAwake = now.awake
      const part = taskPart(record, now)
      const event = {
        type: 'restart.scheduled',
        ...part,
        cause,
        rule: takeRule(record, cause),
        delayMs,
        spacedMs,
        streak,
        dueAt,
        error,
      } as const
      emit(kernelLoop, record, event)
    },

    'restart-accepted'(record, { cause }, now) {
      if (cause === 'manual') record.extras.lastRestartAwake = now.awake
      else {
        const { askedBy, restartedBy } = record.readonlyExtras
        const runId = oldestRunOf(record)?.state.id
        if (runId === undefined || restartedBy?.runId !== runId)
          record.extras.restartedBy = { runId, rule: askedBy }
        monitor.onRecovery(record.info.name, askedBy, undefined)
      }
    },

    'restart-refused'(record, { cause, reason, requestId }, now) {
      kernelLoop.requests.take(requestId)?.onOutcome({ started: false, reason })
      if (record === undefined) return
      if (cause === 'unhealthy') monitor.onRecovery(record.info.name, record.readonlyExtras.askedBy, reason)
      const rule = cause === 'unhealthy' ? record.readonlyExtras.askedBy : undefined
      emit(kernelLoop, record, { type: 'restart.refused', ...taskPart(record, now), cause, rule, reason })
    },

    parked(record, { cause }, now) {
      const { state } = record
      const parks = state.ledger?.parks ?? 1
      if (parks === 1) noteGaveUp(record, now) // a failed trial keeps the numbers of the first parking
      const trialAt = now.wall + Math.round(state.wakeAt - now.mono)
      const error = record.readonlyExtras.lastError
      record.mustJudge = true
      const part = taskPart(record, now)
      const rule = takeRule(record, cause)
      const event = { type: 'task.parked', ...part, cause, rule, parks, trialAt, error } as const
      emit(kernelLoop, record, event)
      callbacks.parked(record, event)
    },

    'gave-up'(record, { cause, how }, now) {
      const { withinMs } = record.state.config.restart.budget
      const { inWindow: restarts } = noteGaveUp(record, now)
      const error = record.readonlyExtras.lastError
      record.mustJudge = true
      const part = taskPart(record, now)
      const rule = takeRule(record, cause)
      const event = { type: 'task.gave-up', ...part, cause, rule, how, restarts, withinMs, error } as const
      emit(kernelLoop, record, event)
      callbacks.parked(record, event)
      if (exhaustions[how].escalates) stopper.onEscalated(record)
    },
  }
}

/** Returns the rule whose restart has ended the last run, and forgets it. */
function takeRule(record: TaskRecord, cause: RestartCause): string | undefined {
  const { restartedBy } = record.readonlyExtras
  if (restartedBy !== undefined) record.extras.restartedBy = undefined
  return cause === 'unhealthy' ? restartedBy?.rule : undefined
}

/**
 * Stores how many restarts are in the budget window now, and the limit. Later, this number could not be calculated,
 * because restarts leave the window.
 */
function noteGaveUp(record: TaskRecord, now: Now): NonNullable<TaskExtras['gaveUpAfter']> {
  const { ledger, config } = record.state
  const { restarts: limit, withinMs } = config.restart.budget
  const used = ledger === undefined ? 0 : inWindow(ledger, now.mono, withinMs)
  record.extras.gaveUpAfter = { inWindow: used, limit }
  return record.extras.gaveUpAfter
}
