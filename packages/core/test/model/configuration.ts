import type { TaskConfig } from '../../src/kernel/state.ts'

/** One tick of the model's time, in milliseconds. All times are multiples of it, except the spacing of restarts. */
export const tickMs = 1_000

/** What the search may do to a task, whenever the shell would allow it. */
export type Call =
  | 'trigger'
  | 'trigger-early'
  | 'standby'
  | 'pause'
  /** A pause with an end. If a task has this call, all its control events contain `by`. */
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

/** A task of a configuration. */
export interface ModelTaskSpec {
  readonly name: string
  readonly config: TaskConfig
  /** The distance between slots, the wait of a `delay`, or the time until the slot of a `once`. */
  readonly periodMs: number
  /** How much later than its slot a run is due. */
  readonly jitterMs: number
  /** Whether a `once` task stays registered when it has finished. */
  readonly keep: boolean
  readonly calls: readonly Call[]
  /** The configuration and the period that the call `reschedule` gives to the task. */
  readonly other: { readonly config: TaskConfig; readonly periodMs: number } | undefined
}

/** How the supervisor is stopped. */
export interface ModelStopSpec {
  readonly deadlineMs: number
  readonly classGraceMs: number
  readonly reserveMs: number
  readonly flushMs: number
  readonly drain: boolean
  /** The longest time between the start of the stop and quiet, after which no run starts. */
  readonly quietWithinMs: number
  /** How long the stop may still take after a second signal; `undefined` if no second signal comes. */
  readonly hurryMs: number | undefined
  /** Whether the stop can be requested from outside and not only by a run. */
  readonly fromOutside: boolean
}

/** A small set of tasks and calls. The search visits every state that they can reach. */
export interface Configuration {
  readonly name: string
  /** What the configuration covers. */
  readonly about: string
  readonly tasks: readonly ModelTaskSpec[]
  readonly stop: ModelStopSpec | undefined
  /** How late a timer may fire because the event loop is blocked. */
  readonly blockMs: number
  /** Whether the event loop may also be blocked during the stop; if so, deadlines are not checked. */
  readonly blocksInStop: boolean
  /** Whether other events may happen between the kernel's request for a first slot and the answer. */
  readonly latePlans: boolean
}
