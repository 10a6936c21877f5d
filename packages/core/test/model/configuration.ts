import type { TaskConfig } from '../../src/kernel/state.ts'

/** One tick of the model's time, in milliseconds. All times are multiples of it, except the spacing of restarts. */
export const tickMs = 1_000

/** The calls that may happen to a task whenever the shell allows them. */
export type Call =
  | 'trigger'
  | 'trigger-early'
  | 'standby'
  | 'pause'
  /** A pause with an end. For a task with this call, every control has `by`. */
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
  /** The target of `reschedule`. */
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
  /** The time that a second signal leaves; `undefined` if there is none. */
  readonly hurryMs: number | undefined
  /** Whether the stop can be requested from outside and not only by a run. */
  readonly fromOutside: boolean
}

/** A small world that is searched exhaustively. */
export interface Configuration {
  readonly name: string
  /** What the configuration covers. */
  readonly about: string
  readonly tasks: readonly ModelTaskSpec[]
  readonly stop: ModelStopSpec | undefined
  /** How long a timer may be late because of a block. */
  readonly blockMs: number
  /** Whether the event loop may also be blocked during the stop; if so, deadlines are not checked. */
  readonly blocksInStop: boolean
  /** Whether the first slot is computed some time after it was requested. */
  readonly latePlans: boolean
}
