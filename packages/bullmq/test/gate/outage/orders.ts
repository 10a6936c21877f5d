import type { StoreOptions } from '../stores.ts'

export interface Orders {
  readonly fleet: StoreOptions
  readonly log: string
  readonly tasks: number
  readonly gatesReadiness: boolean
}

/** A question to a process. The answer has the same `id`. */
export type Question = { readonly id: number } & (
  | { readonly ask: 'look' | 'stop' }
  | { readonly ask: 'trigger' | 'finish'; readonly task: string }
)

export interface Look {
  /** Bytes in use after a garbage collection. */
  readonly heap: number
  readonly isReady: boolean
  readonly longestBlockMs: number
  readonly health: readonly {
    readonly name: string
    readonly status: string
    readonly reasons: readonly { readonly rule: string; readonly reason: string }[]
  }[]
}

export function shortTasks(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `short-${n}`)
}

/** Each run takes 2.5 s and the period is 1 s, so runs overlap. */
export const wide = 'wide'

/** Tasks that run only on request, until the parent ends the runs. */
export const longTasks: readonly string[] = Array.from({ length: 10 }, (_, n) => `long-${n}`)
