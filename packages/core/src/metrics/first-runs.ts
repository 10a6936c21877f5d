import type { EndedRuns } from './ended-runs.ts'
import { FewValues } from './few-values.ts'
import { ManyRuns } from './many-runs.ts'
import { type RecentCounts, windowStart } from './recent.ts'
import { rollingStart } from './rolling.ts'
import type { Distribution } from './task-metrics.ts'

const most = 8

/**
 * Stores the first eight runs of a task exactly. For eight runs, {@link ManyRuns} would need ten times the memory.
 */
export class FirstRuns implements EndedRuns {
  /**
   * Two numbers for each run: its end and its duration. An end `t` is stored as `t + 1` for a success, and as `-(t +
   * 1)` for a failure.
   */
  readonly #log: number[]

  constructor(isSuccess: boolean, durationMs: number, atMs: number) {
    this.#log = [mark(isSuccess, atMs), durationMs]
  }

  get success(): Distribution {
    return this.#durations(true, 0)
  }

  get failure(): Distribution {
    return this.#durations(false, 0)
  }

  recentSuccess(nowMs: number): Distribution {
    return this.#durations(true, rollingStart(nowMs))
  }

  recentFailure(nowMs: number): Distribution {
    return this.#durations(false, rollingStart(nowMs))
  }

  recent(windowMs: number, nowMs: number): RecentCounts {
    const from = windowStart(windowMs, nowMs)
    const counts = { succeeded: 0, failed: 0 }
    this.#each((isSuccess, _, atMs) => {
      if (atMs > from) counts[isSuccess ? 'succeeded' : 'failed'] += 1
    })
    return counts
  }

  add(isSuccess: boolean, durationMs: number, atMs: number): EndedRuns {
    if (this.#log.length < 2 * most) {
      this.#log.push(mark(isSuccess, atMs), durationMs)
      return this
    }
    const many = new ManyRuns()
    this.#each((...run) => many.add(...run))
    return many.add(isSuccess, durationMs, atMs)
  }

  #durations(ofSuccess: boolean, from: number): Distribution {
    const values: number[] = []
    this.#each((isSuccess, durationMs, atMs) => {
      if (isSuccess === ofSuccess && atMs >= from) values.push(durationMs)
    })
    return new FewValues(values)
  }

  #each(visit: (isSuccess: boolean, durationMs: number, atMs: number) => void): void {
    for (let at = 0; at < this.#log.length; at += 2) {
      const marked = this.#log[at] ?? 0
      visit(marked > 0, this.#log[at + 1] ?? 0, Math.abs(marked) - 1)
    }
  }
}

function mark(isSuccess: boolean, atMs: number): number {
  return isSuccess ? atMs + 1 : -atMs - 1
}
