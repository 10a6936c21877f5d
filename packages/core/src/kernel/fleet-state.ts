import type { SkipReason } from '../base/words.ts'

interface QuestionBase {
  readonly id: number
  /** Sent, and not answered yet. */
  isAsked: boolean
  /** Sent before, without an answer. The fleet may nevertheless have decided it. */
  isRepeated: boolean
}

/**
 * A question to the fleet. An `offer` asks whether a slot runs. An `account` names slots that do not run, and
 * asks which of them this process must report.
 */
export type FleetQuestion = QuestionBase &
  (
    | {
        readonly asks: 'offer'
        readonly slot: number
        /** Whether the slot is one of several late slots that all run. */
        readonly waits: boolean
      }
    | {
        readonly asks: 'account'
        readonly reason: SkipReason | 'missed'
        readonly count: number
        readonly atLeast: boolean
        readonly from: number
        readonly to: number
        /** The newest of the `count` slots, ascending. Times of older slots may be missing. */
        readonly slots: readonly number[]
      }
  )

export interface FleetState {
  /** Questions without an answer, in the order of their slots. */
  readonly open: FleetQuestion[]
  nextId: number
  failures: number
  /** Monotonic: when the oldest unanswered question is repeated. */
  askAt: number
  /** Another process has a newer definition of the task. This process does not run its slots for now. */
  isOverruled: boolean
  /** Other processes may still run the task. */
  isDisabled: boolean
}

export function newFleetState(): FleetState {
  return {
    open: [],
    nextId: 1,
    failures: 0,
    askAt: Number.POSITIVE_INFINITY,
    isOverruled: false,
    isDisabled: false,
  }
}

export function newestOf(question: FleetQuestion): number {
  return question.asks === 'offer' ? question.slot : question.to
}
