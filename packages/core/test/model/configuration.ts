import type { TaskConfig } from '../../src/kernel/state.ts'

export const tickMs = 1_000

export type Call =
  | 'trigger'
  | 'trigger-early'
  | 'standby'
  | 'pause'
  | 'pause-until'
  | 'restart'
  | 'unregister'
  | 'reschedule'
  | 'judge'
  | 'ready'
  | 'extend'
  | 'ask-stop'
  | 'abort'
  | 'set-clock'
  | 'want'
  | 'stray'
  | 'report'

export interface ModelTaskSpec {
  readonly name: string
  readonly config: TaskConfig
  /** The distance between slots, the wait of a `delay`, or the time until the slot of a `once`. */
  readonly periodMs: number
  /** How much later than its slot a run is due. */
  readonly jitterMs: number
  readonly keep: boolean
  readonly calls: readonly Call[]
  readonly other: { readonly config: TaskConfig; readonly periodMs: number } | undefined
}

export interface ModelStopSpec {
  readonly deadlineMs: number
  readonly classGraceMs: number
  readonly reserveMs: number
  readonly flushMs: number
  readonly drain: boolean
  /** The longest time from the start of the stop until no run may start. */
  readonly quietWithinMs: number
  /** How long the stop may take after a second signal; `undefined` without one. */
  readonly hurryMs: number | undefined
  readonly fromOutside: boolean
}

/** A small set of tasks and calls. The search visits every state that they can reach. */
export interface Configuration {
  readonly name: string
  readonly about: string
  readonly tasks: readonly ModelTaskSpec[]
  readonly stop: ModelStopSpec | undefined
  /** How late a timer may fire because the event loop is blocked. */
  readonly blockMs: number
  /** Whether the event loop may be blocked during the stop; if so, deadlines are not checked. */
  readonly blocksInStop: boolean
  /** Whether other events may come between the kernel's request for a first slot and the answer. */
  readonly latePlans: boolean
}
