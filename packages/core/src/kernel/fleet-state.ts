import type { SkipReason } from '../base/words.ts'

interface QuestionBase {
  readonly id: number
  /** The question was sent to the fleet and is not answered yet. */
  isAsked: boolean
  /** The question was asked before without an answer, so the fleet may have decided it. */
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
        /** See `FleetOffer`. */
        readonly waits: boolean
      }
    | {
        readonly asks: 'account'
        readonly reason: SkipReason | 'missed'
        readonly count: number
        readonly atLeast: boolean
        readonly from: number
        readonly to: number
        /** The newest of the slots, whose times are known, ascending. */
        readonly slots: readonly number[]
      }
  )

/** What the kernel keeps about a task of a fleet. */
export interface FleetState {
  /** Questions without an answer, in the order of their slots. */
  readonly open: FleetQuestion[]
  nextId: number
  /** How often the fleet has failed to answer since its last answer. */
  failures: number
  /** Monotonic: when unanswered questions are asked again. */
  askAt: number
  /** Another process has a newer definition of the task, so this process neither offers nor runs its slots for now. */
  isOverruled: boolean
  /** This process does not run the task, whatever the others do. */
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

/** The newest slot that a question is about. */
export function newestOf(question: FleetQuestion): number {
  return question.asks === 'offer' ? question.slot : question.to
}
