import { Grid } from './grid.ts'
import { Rolling, rollingRows } from './rolling.ts'
import { Sketch } from './sketch.ts'
import type { Distribution } from './task-metrics.ts'

/** How long runs took, of all and of the last minutes. Each is counted once, in the grid that both look at. */
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

  /** Those of the last 5 to 6 minutes before `nowMs`, within 2 % of each. */
  recent(nowMs: number): Distribution {
    return this.#recent.view(nowMs)
  }

  /** What is no number is left out. @param atMs - instants never go back */
  add(value: number, atMs: number): void {
    if (!Number.isNaN(value)) this.#all.add(value, this.#recent.rowFor(value, atMs))
  }
}
