import { errorName, recordError } from '../base/error-record.ts'
import { customInspect, type Inspect } from '../base/inspect.ts'
import type { Outcome } from '../base/words.ts'
import { countOf } from '../events/catalogue.ts'
import type { TaskEvent } from '../events/events.ts'
import { ErrorClasses } from './error-classes.ts'
import { FewValues } from './few-values.ts'
import { FirstRuns } from './first-runs.ts'
import { LiveMetrics } from './live-metrics.ts'
import { LongestBlock } from './longest-block.ts'
import { type RecentCounts, RecentOutcomes } from './recent.ts'
import { shownMetrics } from './shown-metrics.ts'
import { Sketch } from './sketch.ts'
import { snapshotOf } from './snapshot.ts'
import * as at from './stored-numbers.ts'
import { type ExtraCounter, ExtraNumbers, RunNumbers } from './stored-numbers.ts'
import type { Distribution, TaskMetrics } from './task-metrics.ts'
import { noCounts, noRecent } from './zeros.ts'

/** A shorter synchronous part of a run does not count for `recentBlockMs`. */
export const minBlockMs = 1
/** How many lateness values are stored exactly. With more values, a `Sketch` replaces them. */
const maxFew = 8

/** The sliding windows never move back, even if the wall time does. */
export class TaskMetricsFold extends LiveMetrics {
  apply(event: TaskEvent): void {
    if (event.type === 'run.started') return this.runStarted(event.at, event.latenessMs)
    if (event.type === 'run.ended')
      return this.runEnded(event.at, event.outcome, event.durationMs, event.syncMs, event.error)
    const count = countOf(event)
    if (count === undefined) return
    this.#count(count.counter as ExtraCounter, count.by, count.word)
    if (event.type === 'unit.ended' && event.outcome !== 'cancelled')
      this.unitEnded(event.outcome === 'succeeded', event.at)
    const isError =
      event.type === 'run.retried' || (event.type === 'unit.ended' && event.outcome === 'failed')
    if (isError) this.#countError(event.error, event.at)
  }

  [customInspect](_depth: number, options: object, inspect: Inspect): string {
    return `TaskMetrics ${inspect(shownMetrics(this), options)}`
  }

  beat(wall: number): void {
    this.#ran().numbers[at.beatAt] = wall
  }

  /** @param longestMs - the longest part of `ms` that a single run caused */
  blocked(ms: number, longestMs: number, wall: number): void {
    this.#count('blockedMs', ms)
    this.#block(longestMs, this.#tick(wall))
  }

  /** Counts a call of an external task after a stop has forbidden new runs. */
  countAfterQuiet(): void {
    this.#count('afterQuiet', 1)
  }

  snapshot(now: number): TaskMetrics {
    this.advance(now)
    return snapshotOf(this)
  }

  advance(now: number): void {
    if (this.runs?.ended !== undefined) this.#tick(now)
  }

  successDurations(now: number): Distribution {
    this.advance(now)
    const { recentSuccess } = this
    return recentSuccess.count >= 20 ? recentSuccess : this.success
  }

  recent(windowMs: number, now: number): RecentCounts {
    return this.runs?.ended?.recent(windowMs, this.#timeAt(now)) ?? noRecent
  }

  recentUnits(windowMs: number, now: number): RecentCounts {
    return this.extras?.units?.count(windowMs, this.#timeAt(now)) ?? noRecent
  }

  recentBlockMs(now: number): number {
    return this.runs?.longestBlock?.of(this.#timeAt(now)) ?? 0
  }

  /** Has no event as a parameter, because events are created only for observers. */
  runStarted(wall: number, latenessMs: number | undefined): void {
    const runs = this.#ran()
    runs.started += 1
    runs.numbers[at.startedAt] = wall
    if (latenessMs === undefined) return
    runs.numbers[at.latenessMs] = latenessMs
    runs.lateness = withValue(runs.lateness, latenessMs)
  }

  /**
   * @param syncMs - the longest synchronous part of all attempts
   * @param syncTotalMs - the sum of these parts, which the event `run.ended` does not contain
   */
  runEnded(
    wall: number,
    outcome: Outcome,
    ms: number,
    syncMs: number,
    error: Error | undefined,
    syncTotalMs: number = syncMs,
  ): void {
    const runs = this.#ran()
    const { numbers } = runs
    runs.outcomes[outcome] += 1
    runs.lastOutcome = outcome
    numbers[at.endedAt] = wall
    numbers[at.durationMs] = ms
    numbers[at.syncTotalMs] = (numbers[at.syncTotalMs] ?? 0) + syncTotalMs
    if (syncMs > (numbers[at.syncMaxMs] ?? 0)) numbers[at.syncMaxMs] = syncMs
    const time = this.#tick(wall)
    if (syncMs >= minBlockMs) this.#block(syncMs, time)
    if (outcome === 'cancelled') return
    const isSuccess = outcome === 'succeeded'
    runs.consecutiveFailures = isSuccess ? 0 : runs.consecutiveFailures + 1
    numbers[isSuccess ? at.successAt : at.failureAt] = wall
    runs.ended = runs.ended?.add(isSuccess, ms, time) ?? new FirstRuns(isSuccess, ms, time)
    if (!isSuccess) this.#countError(error, wall)
  }

  endFailures(): void {
    if (this.runs !== undefined) this.runs.consecutiveFailures = 0
  }

  unitEnded(isSuccess: boolean, wall: number): void {
    const extras = this.#makeExtras()
    extras.units ??= new RecentOutcomes()
    extras.units.add(isSuccess, this.#tick(wall))
  }

  succeededElsewhere(wall: number): void {
    this.endFailures()
    const runs = this.#ran()
    runs.numbers[at.successAt] = wall
  }

  #block(ms: number, time: number): void {
    const runs = this.#ran()
    runs.longestBlock ??= new LongestBlock()
    runs.longestBlock.add(ms, time)
  }

  #countError(error: Error | undefined, wall: number): void {
    if (error === undefined) return
    const extras = this.#makeExtras()
    extras.errors ??= new ErrorClasses()
    extras.errors.add(errorName(error), this.#tick(wall))
    extras.lastError = recordError(error)
  }

  #ran(): RunNumbers {
    this.runs ??= new RunNumbers()
    return this.runs
  }

  #makeExtras(): ExtraNumbers {
    this.extras ??= new ExtraNumbers()
    return this.extras
  }

  #count(counter: ExtraCounter, by: number, word?: string): void {
    const { counts } = this.#makeExtras()
    const before = counts[counter]
    if (word === undefined) counts[counter] = (typeof before === 'number' ? before : 0) + by
    else if (typeof before === 'object') before[word] = (before[word] ?? 0) + by
    else counts[counter] = { ...(noCounts[counter] as Readonly<Record<string, number>>), [word]: by }
  }

  #tick(wall: number): number {
    const { numbers } = this.#ran()
    const time = this.#timeAt(wall)
    numbers[at.time] = time
    numbers[at.wall] = wall
    return time
  }

  #timeAt(wall: number): number {
    if (this.runs === undefined) return 0
    const { numbers } = this.runs
    const time = numbers[at.time] ?? 0
    const passed = wall - (numbers[at.wall] ?? 0)
    return passed > 0 ? time + passed : time
  }
}

function withValue(values: FewValues | Sketch | undefined, value: number): FewValues | Sketch {
  if (values === undefined) return new FewValues([value])
  const wider = values instanceof FewValues && values.count === maxFew ? sketchOf(values) : values
  wider.add(value)
  return wider
}

function sketchOf({ values }: FewValues): Sketch {
  const sketch = new Sketch()
  for (const value of values) sketch.add(value)
  return sketch
}
