import { Grid } from './grid.ts'
import { Rolling, rollingRows } from './rolling.ts'
import { Sketch } from './sketch.ts'
import type { Distribution } from './task-metrics.ts'

/**
 * Two distributions of the durations of runs: of all runs and of the recent runs. To save memory, both read the same
 * grid, and the grid counts each duration only once.
 */
export class Durations {
  readonly #all: Sketch
  readonly #recent: Rolling

  constructor() {
    const grid = new Grid(rollingRows)
    this.#all = new Sketch(rollingRows, grid)
    this.#recent = new Rolling(grid)
  }

  get all(): Distribution {
    return this.#all
  }

  /** Returns the distribution of the durations that were added in the last 5 to 6 minutes before `nowMs`. */
  recent(nowMs: number): Distribution {
    return this.#recent.view(nowMs)
  }

  /** Adds a duration; ignores `NaN`. @param atMs - when the run ended; must not decrease from call to call */
  add(value: number, atMs: number): void {
    if (!Number.isNaN(value)) this.#all.add(value, this.#recent.rowFor(value, atMs))
  }
}
