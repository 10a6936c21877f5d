import { Grid } from './grid.ts'
import { Rolling, rollingRows } from './rolling.ts'
import { Sketch } from './sketch.ts'
import type { Distribution } from './task-metrics.ts'

/** Durations of all runs and of recent runs. One `Grid` contains both, which saves memory. */
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

  recent(nowMs: number): Distribution {
    return this.#recent.view(nowMs)
  }

  add(value: number, atMs: number): void {
    if (!Number.isNaN(value)) this.#all.add(value, this.#recent.rowFor(value, atMs))
  }
}
