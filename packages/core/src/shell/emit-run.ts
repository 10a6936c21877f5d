import type { Now } from '../base/now.ts'
import type { LateCause, Outcome } from '../base/words.ts'
import { unnumbered } from '../events/base-event.ts'
import type { EventOf } from '../events/events.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { LiveRun } from './live-run.ts'

/** The event is built without an object spread, because a spread is slower. */
export function emitStarted(
  { observers }: KernelLoop,
  run: LiveRun,
  now: Now,
  lateCause: LateCause | undefined,
): void {
  if (observers.isClosed) return
  const { record, state, latenessMs } = run
  record.metrics.runStarted(now.wall, latenessMs)
  if (!observers.wantsRunStarted) return
  const { info } = record
  const { runId, scheduledAt, annotations } = run
  const { trigger, attempt, generation } = state
  observers.emit({
    type: 'run.started',
    seq: unnumbered,
    at: now.wall,
    task: info.name,
    info,
    runId,
    trigger,
    attempt,
    scheduledAt,
    annotations,
    latenessMs,
    lateCause,
    generation,
  })
}

export function emitEnded(
  { observers }: KernelLoop,
  run: LiveRun,
  outcome: Outcome,
  durationMs: number,
  now: Now,
): EventOf<'run.ended'> | undefined {
  if (observers.isClosed) return undefined
  const { record, syncMs, syncTotalMs, error } = run
  record.metrics.runEnded(now.wall, outcome, durationMs, syncMs, error, syncTotalMs)
  const isForCallbacks = record.settings.on !== undefined && outcome !== 'succeeded'
  if (!observers.wantsRunEnded && !isForCallbacks) return undefined
  const event = endedEvent(run, outcome, durationMs, now)
  observers.emit(event)
  return event
}

function endedEvent(run: LiveRun, outcome: Outcome, durationMs: number, now: Now): EventOf<'run.ended'> {
  const { record, state, syncMs, error, waitingCall, rule } = run
  const { info } = record
  const { runId, scheduledAt, annotations, startedAt, latenessMs, beatAt } = run
  const { trigger, attempt, generation, abortedFor } = state
  return {
    type: 'run.ended',
    seq: unnumbered,
    at: now.wall,
    task: info.name,
    info,
    runId,
    trigger,
    attempt,
    scheduledAt,
    annotations,
    outcome,
    startedAt,
    durationMs,
    syncMs,
    latenessMs,
    generation,
    error,
    abortedFor,
    rule,
    lastBeatAt: beatAt,
    waitingCall,
  }
}
