import type { Now } from '../../base/now.ts'
import type { Outcome } from '../../base/words.ts'
import { History } from '../../metrics/history.ts'
import { minBlockMs } from '../../metrics/task-metrics-fold.ts'
import { emitEnded } from '../emit-run.ts'
import { noteSuccessSlot } from '../fleet-success.ts'
import type { LiveRun } from '../live-run.ts'
import { endLoopFailures, isUp } from '../loop-up.ts'
import type { TaskRecord } from '../task-record.ts'
import type { EffectParts } from './handler.ts'

export function endRun(
  { kernelLoop, warnings, callbacks }: EffectParts,
  record: TaskRecord,
  run: LiveRun,
  outcome: Outcome,
  now: Now,
): void {
  const durationMs = durationOf(run, outcome, now)
  run.error = errorOf(run, outcome)
  updateRecord(record, run, outcome, now)
  endLoopFailures(record, () => now, run)
  const event = emitEnded(kernelLoop, run, outcome, durationMs, now)
  addToHistory(record, run, outcome, durationMs)
  run.end(outcome, durationMs)
  run.arm(kernelLoop.timers, Number.POSITIVE_INFINITY)
  // The function of an abandoned run is still running and may block the next run.
  if (outcome === 'abandoned') record.followStuck(now.awake)
  callbacks.runEnded(record, run, outcome, event, now)
  if (!record.info.schedule.restarts) return
  endGeneration(record, run, now)
  if (record.info.schedule.startedBy === 'call') return
  if (countQuickReturn(record, outcome === 'succeeded' && durationMs <= quickMs) === quickReturnLimit)
    warnings.add(`Task '${record.info.name}': ${quickReturnText}`)
}

/**
 * Aborts the signal when a run of a loop, or one of its attempts, has ended. Work that the function has left behind
 * can then stop.
 */
export function endGeneration(record: TaskRecord, run: LiveRun, now: Now): void {
  if (record.info.schedule.restarts && run.reason === undefined) run.abort('ended', now.wall)
}

/** A loop that returns within this time has probably not awaited its work. */
const quickMs = 50
export const quickReturnLimit = 3
export const quickReturnText = `Its function returned within ${quickMs} ms three times in a row. A loop should run until its signal is aborted. Did you forget to await its work?`

function countQuickReturn(record: TaskRecord, isQuick: boolean): number {
  if (isQuick) record.extras.quickReturns += 1
  else if (record.readonlyExtras.quickReturns > 0) record.extras.quickReturns = 0
  return record.readonlyExtras.quickReturns
}

/** An abandoned run counts as ended now, even if its function has already settled. */
function durationOf({ state, settledMono }: LiveRun, outcome: Outcome, now: Now): number {
  const endMono = outcome === 'abandoned' ? now.mono : (settledMono ?? now.mono)
  return Math.max(0, endMono - state.startedAt)
}

/** After a timeout, the function may reject with any error. Therefore the timeout error in `reason` is preferred. */
function errorOf(run: LiveRun, outcome: Outcome): Error | undefined {
  if (outcome === 'succeeded' || outcome === 'cancelled') return undefined
  return outcome === 'timed-out' ? (run.reason ?? run.error) : run.error
}

function updateRecord(record: TaskRecord, run: LiveRun, outcome: Outcome, now: Now): void {
  const isSuccess = outcome === 'succeeded'
  record.runEnded = true
  if (!isSuccess || run.syncMs >= minBlockMs) record.mustJudge = true
  if (isSuccess) {
    record.succeeded(now.awake)
    if (record.state.fleet && run.scheduledAt !== undefined) noteSuccessSlot(record, run.scheduledAt)
  }
  if (run.error) record.extras.lastError = run.error
  record.clearMissing()
  if (record.readonlyExtras.downSinceAwake !== undefined && isUp(record, run, now.awake))
    record.extras.downSinceAwake = undefined
}

function addToHistory(record: TaskRecord, run: LiveRun, outcome: Outcome, durationMs: number): void {
  const error = run.error === undefined ? undefined : record.metrics.lastError
  record.history ??= new History(record.settings.historySize, record.settings.historyMs)
  record.history.push(run, outcome, durationMs, error, run.state.id)
}
