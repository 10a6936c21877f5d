import type { TaskConfig } from '../../src/kernel/state.ts'

/** One unit of the model's time, in milliseconds. Everything is a multiple of it but the spacing of restarts. */
export const tickMs = 1_000

/** What may be done to a task, at any moment at which the shell would let it. */
export type Call =
  | 'trigger'
  | 'trigger-early'
  | 'standby'
  | 'pause'
  | 'restart'
  | 'unregister'
  | 'reschedule'
  | 'judge'
  | 'ready'
  | 'extend'
  | 'ask-stop'
  | 'abort'
  | 're-anchor'
  | 'want'
  | 'stray'

/** A task of a configuration. */
export interface ModelTaskSpec {
  readonly name: string
  readonly config: TaskConfig
  /** Distance of slots, wait of a `delay`, time until the slot of a `once`. */
  readonly periodMs: number
  /** How much later than its slot a run is due. */
  readonly jitterMs: number
  /** A `once` that stays when it has finished. */
  readonly keep: boolean
  readonly calls: readonly Call[]
  /** What `reschedule` changes to. */
  readonly other: { readonly config: TaskConfig; readonly periodMs: number } | undefined
}

/** How, if at all, the supervisor is stopped. */
export interface ModelStopSpec {
  readonly deadlineMs: number
  readonly classGraceMs: number
  readonly reserveMs: number
  readonly flushMs: number
  readonly drain: boolean
  /** How long readiness may be gone before no run begins any more. */
  readonly quietWithinMs: number
  /** What a second signal leaves; `undefined`: there is none. */
  readonly hurryMs: number | undefined
  /** The stop can be asked for from outside, and not only by a run. */
  readonly fromOutside: boolean
}

/** A small world that is searched to its end. */
export interface Configuration {
  readonly name: string
  /** What it is there to show. */
  readonly about: string
  readonly tasks: readonly ModelTaskSpec[]
  readonly stop: ModelStopSpec | undefined
  /** How long an alarm may wait for the event loop. */
  readonly stallMs: number
  /** The event loop may be held in the stop, too; then nothing is said of deadlines. */
  readonly stallsInStop: boolean
  /** The first slot is worked out some time after it was asked for. */
  readonly latePlans: boolean
}
