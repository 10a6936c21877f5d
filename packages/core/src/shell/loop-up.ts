import type { Now } from '../base/now.ts'
import { upAfterMs } from '../base/schedule-info.ts'
import type { LiveRun } from './live-run.ts'
import type { TaskRecord } from './task-record.ts'

export function isUp({ info }: TaskRecord, { state, startedAwake }: LiveRun, awake: number): boolean {
  return state.isReady || awake - startedAwake >= upAfterMs(info.schedule)
}

/** A task can have several external connections at the same time: the task is up if at least one of them is up. */
export function hasUpRun(record: TaskRecord, awake: number): boolean {
  return hasRun(record, (run) => isUp(record, run, awake))
}

/**
 * Sets the number of consecutive failures of a loop to 0 if one of its runs is up, and is as old as `stableAfter`
 * requires. The run of a loop may last forever, so the loop may never have a success.
 *
 * This is not done with a timer. It must be called before the number is read, and before a failure is counted.
 *
 * @param readNow - called only if the loop has failures, because reading the clocks takes time
 * @param ended - a run that ends now; the kernel does not list it as an active run any more
 */
export function endLoopFailures(record: TaskRecord, readNow: () => Now, ended?: LiveRun): void {
  const { metrics, info } = record
  if (metrics.consecutiveFailures === 0 || !info.schedule.restarts) return
  const now = readNow()
  const isStable = (run: LiveRun): boolean =>
    isUp(record, run, now.awake) && stableInMs(record, run, now) <= 0
  if ((ended !== undefined && isStable(ended)) || hasRun(record, isStable)) metrics.endFailures()
}

/** Returns how long it takes until `endLoopFailures` should be called again; `Infinity` if no run is active. */
export function untilStableMs(record: TaskRecord, now: Now): number {
  let untilMs = Number.POSITIVE_INFINITY
  hasRun(record, (run) => {
    const untilUpMs = isUp(record, run, now.awake)
      ? 0
      : upAfterMs(record.info.schedule) - (now.awake - run.startedAwake)
    untilMs = Math.min(untilMs, Math.max(untilUpMs, stableInMs(record, run, now)))
    return false
  })
  return untilMs
}

function stableInMs({ state }: TaskRecord, run: LiveRun, now: Now): number {
  const ranMs = run.state.ranMs ?? now.mono - run.state.startedAt
  return state.config.restart.stableAfterMs - ranMs
}

function hasRun({ state }: TaskRecord, accepts: (run: LiveRun) => boolean): boolean {
  for (const { shell } of state.runs ?? []) {
    const run = shell as LiveRun | undefined
    if (run !== undefined && run.outcome === undefined && accepts(run)) return true
  }
  return false
}
