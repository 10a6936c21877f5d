import type { StoreOptions } from '../stores.ts'

/** The options of a process, passed at its start. */
export interface Orders {
  readonly fleet: StoreOptions
  readonly log: string
  readonly tasks: number
  readonly gatesReadiness: boolean
}

/** What the parent asks a process. */
export type Question = { readonly id: number } & (
  | { readonly ask: 'look' | 'stop' }
  | { readonly ask: 'trigger'; readonly task: string; readonly input: number }
)

/** The answer to `look`. */
export interface Look {
  /** Bytes in use after a garbage collection. */
  readonly heap: number
  readonly isReady: boolean
  readonly health: readonly {
    readonly name: string
    readonly status: string
    readonly reasons: readonly { readonly rule: string; readonly reason: string }[]
  }[]
}

/** Tasks that run once a second, for a moment. */
export function shortTasks(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `short-${n}`)
}

/** A task that is due once a second, and whose runs take longer than that. */
export const wide = 'wide'

/** Tasks that run on request only. The request says for how long. */
export const longTasks: readonly string[] = Array.from({ length: 10 }, (_, n) => `long-${n}`)
