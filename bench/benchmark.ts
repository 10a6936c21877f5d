import type { Machine } from './machine.ts'
import type { Plot } from './plots.ts'

export interface Benchmark<Data> {
  /** Also the name of its folder, its result file and its section in `docs/performance.md`. */
  readonly id: string
  readonly seconds: number
  readonly title: string
  readonly packages: readonly string[]
  run(options: RunOptions): Promise<Data>
  /** Ratios that should be about equal in two runs on one machine. */
  ratios?(data: Data): Readonly<Record<string, number>>
  page(data: Data): string
  plots(data: Data): readonly Plot[]
}

export interface RunOptions {
  readonly short: boolean
  /** Waits until no other benchmark measures, and then does `work`. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>
}

export interface Result<Data> {
  readonly date: string
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly data: Data
}
