import type { ErrorRecord } from '../base/error-record.ts'
import type { Outcome } from '../base/words.ts'
import type { TaskCounters } from '../events/counters.ts'
import type { ExtraCounter, ExtraNumbers, RunNumbers } from './stored-numbers.ts'
import * as at from './stored-numbers.ts'
import type { Distribution, TaskMetrics } from './task-metrics.ts'
import { counterNames, emptyDistribution, noCounts, noErrors } from './zeros.ts'

class Counters {
  protected runs: RunNumbers | undefined
  protected extras: ExtraNumbers | undefined

  static {
    for (const name of counterNames) {
      if (name === 'started' || name === 'outcomes') continue
      Object.defineProperty(Counters.prototype, name, {
        get(this: Counters) {
          return this.extras?.counts[name] ?? noCounts[name]
        },
      })
    }
  }
}

const WithCounters = Counters as unknown as abstract new () => Counters & Pick<TaskCounters, ExtraCounter>

export abstract class LiveMetrics extends WithCounters implements TaskMetrics {
  get started(): number {
    return this.runs?.started ?? 0
  }
  get outcomes(): Readonly<Record<Outcome, number>> {
    return this.runs?.outcomes ?? noCounts.outcomes
  }
  get consecutiveFailures(): number {
    return this.runs?.consecutiveFailures ?? 0
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
  get lastBeatAt(): number | undefined {
    return numberAt(this.runs, at.beatAt)
  }

  /** The time at which the sliding windows end. */
  protected get time(): number {
    return this.runs?.numbers[at.time] ?? 0
  }
}

function numberAt(runs: RunNumbers | undefined, index: number): number | undefined {
  const value = runs?.numbers[index]
  return value === undefined || Number.isNaN(value) ? undefined : value
}
