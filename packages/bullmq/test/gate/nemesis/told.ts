export type Told =
  | { readonly what: 'started'; readonly task: string; readonly slot: number; readonly attempt: number }
  | {
      readonly what: 'ended'
      readonly task: string
      readonly slot: number
      readonly attempt: number
      readonly outcome: string
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

export interface Orders {
  readonly fleet: { readonly connection?: object; readonly postgres?: string }
  readonly log: string
  readonly tasks: number
  readonly version: string
}

/** The period of all tasks except version 2 of `versioned`. */
export const periodMs = 1_000

/** The last task takes longer than its period, so it must skip slots. */
export function taskNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `task-${n}`)
}

/** Version 2 of this task runs every 2 s, so its slots are not checked one by one. */
export const versioned = 'versioned'
