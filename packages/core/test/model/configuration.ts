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
  /** For `delay`, this is the wait between runs. For `once`, it is the time until the slot. */
  readonly periodMs: number
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
  /** After this time since the start of the stop, only a host that has not stopped yet may start runs. */
  readonly quietWithinMs: number
  /** `undefined` if there is no second signal. Otherwise, the stop must end within this time after it. */
  readonly hurryMs: number | undefined
  readonly fromOutside: boolean
}

export interface Configuration {
  readonly name: string
  readonly about: string
  readonly tasks: readonly ModelTaskSpec[]
  readonly stop: ModelStopSpec | undefined
  /** A blocked event loop may delay a timer by up to this time. */
  readonly blockMs: number
  /** True if the event loop may be blocked during the stop. Deadlines are then not checked. */
  readonly blocksInStop: boolean
  /** True if other events may come between the kernel's request for the next slot and the answer. */
  readonly latePlans: boolean
}
