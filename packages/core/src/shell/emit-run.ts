import type { Now } from '../base/now.ts'
import type { LateCause, Outcome } from '../base/words.ts'
import type { Engine } from './kernel-loop.ts'
import type { LiveRun } from './live-run.ts'

/**
 * Tells the two events of every run. The numbers are folded from the run itself, and the event is made only if somebody
 * listens: it would cost more than the rest of the telling. So would a spread; its fields are written out.
 */
export function tellStarted(
  { observers }: Engine,
  run: LiveRun,
  now: Now,
  lateCause: LateCause | undefined,
): void {
  if (observers.isClosed) return
  const { entry, state, latenessMs } = run
  entry.metrics.runStarted(now.wall, latenessMs)
  if (!observers.hearsStarts) return
  const { info } = entry
  const { runId, scheduledAt, annotations } = run
  const { trigger, attempt, generation } = state
  observers.tell({
    type: 'run.started',
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

export function tellEnded(
  { observers }: Engine,
  run: LiveRun,
  outcome: Outcome,
  durationMs: number,
  now: Now,
): void {
  if (observers.isClosed) return
  const { entry, state, syncMs, error } = run
  entry.metrics.runEnded(now.wall, outcome, durationMs, syncMs, error)
  if (!observers.hearsEnds) return
  const { info } = entry
  const { runId, scheduledAt, annotations, startedAt, latenessMs, beatAt } = run
  const { trigger, attempt, generation, abortedFor } = state
  observers.tell({
    type: 'run.ended',
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
    lastBeatAt: beatAt,
  })
}
