import type { EndedRuns } from './ended-runs.ts'
import { bucketOf } from './grid.ts'
import { type RecentCounts, RecentOutcomes } from './recent.ts'
import { Rolling } from './rolling.ts'
import { Sketch } from './sketch.ts'
import type { Distribution } from './task-metrics.ts'
import { emptyDistribution } from './zeros.ts'

/** Any number of runs in little memory: durations within 2 % of each. */
export class ManyRuns implements EndedRuns {
  #success: Sketch | undefined
  #failure: Sketch | undefined
  #recentSuccess: Rolling | undefined
  #recentFailure: Rolling | undefined
  readonly #recent = new RecentOutcomes()

  get success(): Distribution {
    return this.#success ?? emptyDistribution
  }

  get failure(): Distribution {
    return this.#failure ?? emptyDistribution
  }

  recentSuccess(nowMs: number): Distribution {
    return this.#recentSuccess?.view(nowMs) ?? emptyDistribution
  }

  recentFailure(nowMs: number): Distribution {
    return this.#recentFailure?.view(nowMs) ?? emptyDistribution
  }

  recent(windowMs: number, nowMs: number): RecentCounts {
    return this.#recent.count(windowMs, nowMs)
  }

  add(isSuccess: boolean, durationMs: number, atMs: number): ManyRuns {
    const bucket = bucketOf(durationMs)
    if (isSuccess) {
      this.#success ??= new Sketch()
      this.#recentSuccess ??= new Rolling()
      this.#success.add(durationMs, bucket)
      this.#recentSuccess.add(durationMs, atMs, bucket)
    } else {
      this.#failure ??= new Sketch()
      this.#recentFailure ??= new Rolling()
      this.#failure.add(durationMs, bucket)
      this.#recentFailure.add(durationMs, atMs, bucket)
    }
    this.#recent.add(isSuccess, atMs)
    return this
  }
}
