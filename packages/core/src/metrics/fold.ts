import type { TaskEvent } from '../events.ts'
import type { Outcome, RestartCause, SkipReason } from '../task.ts'
import { ErrorClasses } from './error-classes.ts'
import { errorName, recordError } from './error-record.ts'
import { bucketOf } from './grid.ts'
import { LiveMetrics } from './live-metrics.ts'
import { LongestBlock } from './longest-block.ts'
import { RareNumbers, RunNumbers } from './numbers.ts'
import { type RecentCounts, RecentOutcomes } from './recent.ts'
import { Rolling } from './rolling.ts'
import { Sketch } from './sketch.ts'
import { snapshotOf } from './snapshot.ts'
import type { TaskMetrics } from './task-metrics.ts'
import { noRecent, zeroRestarts, zeroSkips, zeroUnits } from './zeros.ts'

/** Shorter holds of the event loop are nobody's concern, and most runs have one. */
const leastBlockMs = 1

/**
 * Folds the events of one task into its numbers. A task that never ran costs next to nothing.
 *
 * Windows slide on a time of its own that follows the wall times it is told, and stands still where they go back.
 */
export class MetricsFold extends LiveMetrics {
  /** Takes in one event of the task. Events that no number depends on change nothing. */
  apply(event: TaskEvent): void {
    switch (event.type) {
      case 'run.started':
        return this.runStarted(event.at, event.latenessMs)
      case 'run.ended':
        return this.runEnded(event.at, event.outcome, event.durationMs, event.syncMs, event.error)
      case 'unit.ended':
        this.#units[event.outcome] += 1
        if (event.outcome === 'failed') this.#countError(event.error, event.at)
        return
      case 'run.skipped':
        this.#skips[event.reason] += event.count
        return
      case 'run.missed':
        this.#rarely.missed += event.count
        return
      case 'run.retried':
        this.#rarely.retries += 1
        return this.#countError(event.error, event.at)
      case 'run.settled-late':
        this.#rarely.settledLate += 1
        return
      case 'restart.scheduled':
        this.#restartCounts[event.cause] += 1
        return
      case 'task.parked':
      case 'task.gave-up':
        this.#rarely.gaveUp += 1
    }
  }

  /** A run has given a sign of life. */
  beat(at: number): void {
    this.#ran.beatAt = at
  }

  /** It is charged with having held the event loop for so long. @param longestMs - by one run */
  blocked(ms: number, longestMs: number, at: number): void {
    const rare = this.#rarely
    rare.blockedMs += ms
    rare.longestBlock ??= new LongestBlock()
    rare.longestBlock.add(longestMs, this.#tick(at))
  }

  /** An instrumented function was called after `stop()`. */
  countAfterQuiet(): void {
    this.#rarely.afterQuiet += 1
  }

  /** A copy of the numbers as they are at a wall time. It stays as it is. */
  snapshot(now: number): TaskMetrics {
    this.advance(now)
    return snapshotOf(this)
  }

  /** Lets the recent numbers grow old though nothing has happened. @param now - wall time */
  advance(now: number): void {
    if (this.runs === undefined) return
    const time = this.#tick(now)
    this.runs.recentSuccess?.view(time)
    this.runs.recentFailure?.view(time)
  }

  /** Successes and failures of the last `windowMs`, at most 6 hours; for the precision see {@link RecentOutcomes}. */
  recent(windowMs: number, now: number): RecentCounts {
    return this.runs?.recent?.count(windowMs, this.#timeAt(now)) ?? noRecent
  }

  /** Longest time that one run held the event loop by itself in the last 5 to 6 minutes; less than 1 ms is nothing. */
  recentBlockMs(now: number): number {
    return this.rare?.longestBlock?.of(this.#timeAt(now)) ?? 0
  }

  /** What a `run.started` comes to. The two events of every run can be taken in without being made. */
  runStarted(at: number, latenessMs: number | undefined): void {
    const runs = this.#ran
    this.started += 1
    runs.startedAt = at
    if (latenessMs === undefined) return
    runs.latenessMs = latenessMs
    runs.lateness ??= new Sketch()
    runs.lateness.add(latenessMs)
  }

  /** What a `run.ended` comes to. */
  runEnded(at: number, outcome: Outcome, durationMs: number, syncMs: number, error: Error | undefined): void {
    const runs = this.#ran
    runs.outcomes[outcome] += 1
    runs.endedAt = at
    runs.lastOutcome = outcome
    runs.durationMs = durationMs
    runs.syncTotalMs += syncMs
    if (syncMs > runs.syncMaxMs) runs.syncMaxMs = syncMs
    const time = this.#tick(at)
    if (syncMs >= leastBlockMs) {
      const rare = this.#rarely
      rare.longestBlock ??= new LongestBlock()
      rare.longestBlock.add(syncMs, time)
    }
    if (outcome === 'cancelled') return
    if (outcome === 'succeeded') return this.#onSuccess(runs, at, durationMs, time)
    this.#onFailure(runs, at, durationMs, time)
    this.#countError(error, at)
  }

  #onSuccess(runs: RunNumbers, at: number, durationMs: number, time: number): void {
    this.consecutiveFailures = 0
    runs.successAt = at
    runs.success ??= new Sketch()
    runs.recentSuccess ??= new Rolling()
    runs.recent ??= new RecentOutcomes()
    const bucket = bucketOf(durationMs)
    runs.success.add(durationMs, bucket)
    runs.recentSuccess.add(durationMs, time, bucket)
    runs.recent.add(true, time)
  }

  #onFailure(runs: RunNumbers, at: number, durationMs: number, time: number): void {
    this.consecutiveFailures += 1
    runs.failureAt = at
    runs.failure ??= new Sketch()
    runs.recentFailure ??= new Rolling()
    runs.recent ??= new RecentOutcomes()
    const bucket = bucketOf(durationMs)
    runs.failure.add(durationMs, bucket)
    runs.recentFailure.add(durationMs, time, bucket)
    runs.recent.add(false, time)
  }

  #countError(error: Error | undefined, at: number): void {
    if (error === undefined) return
    const rare = this.#rarely
    rare.errors ??= new ErrorClasses()
    rare.errors.add(errorName(error), this.#tick(at))
    rare.lastError = recordError(error)
  }

  get #ran(): RunNumbers {
    this.runs ??= new RunNumbers()
    return this.runs
  }

  get #rarely(): RareNumbers {
    this.rare ??= new RareNumbers()
    return this.rare
  }

  get #skips(): Record<SkipReason, number> {
    const rare = this.#rarely
    rare.skipped ??= zeroSkips()
    return rare.skipped
  }

  get #restartCounts(): Record<RestartCause, number> {
    const rare = this.#rarely
    rare.restarts ??= zeroRestarts()
    return rare.restarts
  }

  get #units(): Record<'succeeded' | 'failed' | 'cancelled', number> {
    const rare = this.#rarely
    rare.units ??= zeroUnits()
    return rare.units
  }

  /** Moves the time of the windows on to a wall time. */
  #tick(wall: number): number {
    const runs = this.#ran
    runs.time = this.#timeAt(wall)
    runs.wall = wall
    return runs.time
  }

  #timeAt(wall: number): number {
    const { runs } = this
    if (runs === undefined) return 0
    return wall > runs.wall ? runs.time + wall - runs.wall : runs.time
  }
}
