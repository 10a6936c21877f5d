import type { ErrorRecord } from '../base/error-record.ts'
import type { Outcome, RestartCause, SkipReason } from '../base/words.ts'
import type { ExtraNumbers, RunNumbers } from './numbers.ts'
import * as at from './numbers.ts'
import type { Distribution, TaskMetrics } from './task-metrics.ts'
import { emptyDistribution, noErrors, noOutcomes, noRestarts, noSkips, noUnits } from './zeros.ts'

/**
 * The numbers of one task for reading. It is live: what is read from it changes with the next event. What never
 * happened takes no memory and reads as zero.
 */
export abstract class LiveMetrics implements TaskMetrics {
  protected runs: RunNumbers | undefined
  protected extras: ExtraNumbers | undefined

  get started(): number {
    return this.runs?.started ?? 0
  }
  get consecutiveFailures(): number {
    return this.runs?.consecutiveFailures ?? 0
  }
  get outcomes(): Readonly<Record<Outcome, number>> {
    return this.runs?.outcomes ?? noOutcomes
  }
  get settledLate(): number {
    return this.extras?.settledLate ?? 0
  }
  get skipped(): Readonly<Record<SkipReason, number>> {
    return this.extras?.skipped ?? noSkips
  }
  get missed(): number {
    return this.extras?.missed ?? 0
  }
  get retries(): number {
    return this.extras?.retries ?? 0
  }
  get restarts(): Readonly<Record<RestartCause, number>> {
    return this.extras?.restarts ?? noRestarts
  }
  get gaveUp(): number {
    return this.extras?.gaveUp ?? 0
  }
  get errors(): ReadonlyMap<string, number> {
    return this.extras?.errors?.counts() ?? noErrors
  }
  get lastStartedAt(): number | undefined {
    return numberAt(this.runs, at.startedAt)
  }
  get lastEndedAt(): number | undefined {
    return numberAt(this.runs, at.endedAt)
  }
  get lastSuccessAt(): number | undefined {
    return numberAt(this.runs, at.successAt)
  }
  get lastFailureAt(): number | undefined {
    return numberAt(this.runs, at.failureAt)
  }
  get lastOutcome(): Outcome | undefined {
    return this.runs?.lastOutcome
  }
  get lastDurationMs(): number | undefined {
    return numberAt(this.runs, at.durationMs)
  }
  get lastLatenessMs(): number | undefined {
    return numberAt(this.runs, at.latenessMs)
  }
  get lastError(): ErrorRecord | undefined {
    return this.extras?.lastError
  }
  get success(): Distribution {
    return this.runs?.ended?.success ?? emptyDistribution
  }
  get failure(): Distribution {
    return this.runs?.ended?.failure ?? emptyDistribution
  }
  get lateness(): Distribution {
    return this.runs?.lateness ?? emptyDistribution
  }
  get recentSuccess(): Distribution {
    return this.runs?.ended?.recentSuccess(this.time) ?? emptyDistribution
  }
  get recentFailure(): Distribution {
    return this.runs?.ended?.recentFailure(this.time) ?? emptyDistribution
  }
  get syncMaxMs(): number {
    return numberAt(this.runs, at.syncMaxMs) ?? 0
  }
  get syncTotalMs(): number {
    return numberAt(this.runs, at.syncTotalMs) ?? 0
  }
  get blockedMs(): number {
    return this.extras?.blockedMs ?? 0
  }
  get units(): Readonly<Record<'succeeded' | 'failed' | 'cancelled', number>> {
    return this.extras?.units ?? noUnits
  }
  get lastBeatAt(): number | undefined {
    return numberAt(this.runs, at.beatAt)
  }
  get afterQuiet(): number {
    return this.extras?.afterQuiet ?? 0
  }

  /** On which windows slide. */
  protected get time(): number {
    return this.runs?.numbers[at.time] ?? 0
  }
}

/** A function, since a private method would cost each of very many tasks a field. */
function numberAt(runs: RunNumbers | undefined, place: number): number | undefined {
  const value = runs?.numbers[place]
  return value === undefined || Number.isNaN(value) ? undefined : value
}
