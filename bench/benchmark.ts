import type { Machine } from './machine.ts'
import type { Plot } from './plots.ts'

/**
 * One benchmark: how it measures, and how `docs/performance.md` shows the results. `Data` is the type of its
 * measurements.
 */
export interface Benchmark<Data> {
  /** Its name on the command line, of its folder, of its result file, and of its section in `docs/performance.md`. */
  readonly id: string
  /** About how many seconds all its measurements take together. */
  readonly seconds: number
  readonly title: string
  /** The packages whose versions are recorded with the results. */
  readonly packages: readonly string[]
  run(options: RunOptions): Promise<Data>
  /** Named ratios that should agree between two runs on one machine. */
  ratios?(data: Data): Readonly<Record<string, number>>
  /** The Markdown of its section. */
  page(data: Data): string
  plots(data: Data): readonly Plot[]
}

export interface RunOptions {
  /** Whether to measure for a shorter time and in fewer rounds, for a first impression. */
  readonly short: boolean
  /** Does `work` while no other benchmark measures. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>
}

export interface Result<Data> {
  readonly date: string
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly data: Data
}
