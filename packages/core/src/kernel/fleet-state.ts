import type { SkipReason } from '../base/words.ts'

interface QuestionBase {
  readonly id: number
  /** The question was sent to the fleet and is not answered yet. */
  isAsked: boolean
  /** The question was sent before and got no answer. The fleet may have decided it nevertheless. */
  isRepeated: boolean
}

/**
 * A question to the fleet about slots. An `offer` asks whether a slot runs. An `account` tells which slots do not run,
 * and asks which of them this process must report.
 */
export type FleetQuestion = QuestionBase &
  (
    | {
        readonly asks: 'offer'
        readonly slot: number
        /** Whether the slot is one of several late slots that all run, as in `FleetOffer`. */
        readonly waits: boolean
      }
    | {
        readonly asks: 'account'
        readonly reason: SkipReason | 'missed'
        readonly count: number
        readonly atLeast: boolean
        readonly from: number
        readonly to: number
        /** The newest of the `count` slots, ascending. Older slots may be only counted, without their times. */
        readonly slots: readonly number[]
      }
  )

export interface FleetState {
  /** Questions without an answer, in the order of their slots. */
  readonly open: FleetQuestion[]
  nextId: number
  /** How often the fleet has failed to answer since its last answer. */
  failures: number
  /** Monotonic time at which the oldest unanswered question is asked again. */
  askAt: number
  /** Another process has a newer definition of the task, so this process neither offers nor runs its slots for now. */
  isOverruled: boolean
  /** The environment has disabled the task in this process. Other processes may run it. */
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
