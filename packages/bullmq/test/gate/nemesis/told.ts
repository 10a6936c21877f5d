/** One line of the log of a process. */
export type Told =
  | { readonly what: 'started'; readonly task: string; readonly slot: number; readonly attempt: number }
  | {
      readonly what: 'ended'
      readonly task: string
      readonly slot: number
      readonly attempt: number
      readonly outcome: string
      /** Whether the process had lost the lease of the run. */
      readonly isLost: boolean
      /** Wall time. */
      readonly at: number
    }
  | {
      readonly what: 'missed'
      readonly task: string
      readonly from: number
      readonly to: number
      readonly count: number
    }
  | { readonly what: 'skipped'; readonly task: string; readonly slot: number; readonly reason: string }
  | { readonly what: 'memory'; readonly heap: number }
  | { readonly what: 'ready' | 'fault'; readonly text: string }

/** The options of a process of the nemesis, passed at its start. */
export interface Orders {
  readonly fleet: { readonly connection?: object; readonly postgres?: string }
  readonly log: string
  readonly tasks: number
  readonly version: string
}

/** The period of all tasks except version 2 of `versioned`. */
export const periodMs = 1_000

/** The names of the tasks. The last task takes longer than its period, so some of its slots must be skipped. */
export function taskNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `task-${n}`)
}

/** The name of a task whose version 2 runs only every 2 s, so the test does not check its slots one by one. */
export const versioned = 'versioned'
