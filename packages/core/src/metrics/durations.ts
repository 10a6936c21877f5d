import { Grid } from './grid.ts'
import { Rolling, rollingRows } from './rolling.ts'
import { Sketch } from './sketch.ts'
import type { Distribution } from './task-metrics.ts'

/** All durations, and the recent ones. Both distributions read one grid, in which each value is counted once. */
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

  /** Durations of the last 5 to 6 minutes before `nowMs`. */
  recent(nowMs: number): Distribution {
    return this.#recent.view(nowMs)
  }

  /** Ignores `NaN`. @param atMs - must not decrease from call to call */
  add(value: number, atMs: number): void {
    if (!Number.isNaN(value)) this.#all.add(value, this.#recent.rowFor(value, atMs))
  }
}
