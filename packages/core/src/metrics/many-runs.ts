import { Durations } from './durations.ts'
import type { EndedRuns } from './ended-runs.ts'
import { type RecentCounts, RecentOutcomes } from './recent.ts'
import type { Distribution } from './task-metrics.ts'
import { emptyDistribution } from './zeros.ts'

/** Summarises any number of runs in limited memory. Quantiles are exact to 2 %. */
export class ManyRuns implements EndedRuns {
  #success: Durations | undefined
  #failure: Durations | undefined
  readonly #recent = new RecentOutcomes()

  get success(): Distribution {
    return this.#success?.all ?? emptyDistribution
  }

  get failure(): Distribution {
    return this.#failure?.all ?? emptyDistribution
  }

  recentSuccess(nowMs: number): Distribution {
    return this.#success?.recent(nowMs) ?? emptyDistribution
  }

  recentFailure(nowMs: number): Distribution {
    return this.#failure?.recent(nowMs) ?? emptyDistribution
  }

  recent(windowMs: number, nowMs: number): RecentCounts {
    return this.#recent.count(windowMs, nowMs)
  }

  add(isSuccess: boolean, durationMs: number, atMs: number): ManyRuns {
    if (isSuccess) {
      this.#success ??= new Durations()
      this.#success.add(durationMs, atMs)
    } else {
      this.#failure ??= new Durations()
      this.#failure.add(durationMs, atMs)
    }
    this.#recent.add(isSuccess, atMs)
    return this
  }
}
