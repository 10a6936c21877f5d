import type { StoreOptions } from '../stores.ts'

/** The options of a process, passed at its start. */
export interface Orders {
  readonly fleet: StoreOptions
  readonly log: string
  readonly tasks: number
  readonly gatesReadiness: boolean
}

/** A message from the parent to a process. The answer has the same `id`. */
export type Question = { readonly id: number } & (
  | { readonly ask: 'look' | 'stop' }
  | { readonly ask: 'trigger' | 'finish'; readonly task: string }
)

/** The answer to `look`. */
export interface Look {
  /** Bytes in use after a garbage collection. */
  readonly heap: number
  readonly isReady: boolean
  /** The longest time that the event loop was blocked, since the start of the process. */
  readonly longestBlockMs: number
  readonly health: readonly {
    readonly name: string
    readonly status: string
    readonly reasons: readonly { readonly rule: string; readonly reason: string }[]
  }[]
}

/** The names of the tasks that run once a second, for at most 200 ms. */
export function shortTasks(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `short-${n}`)
}

/** The name of a task that starts once a second and whose runs take longer than a second, so that they overlap. */
export const wide = 'wide'

/** The names of tasks that run only on request, until the parent lets them finish. */
export const longTasks: readonly string[] = Array.from({ length: 10 }, (_, n) => `long-${n}`)
