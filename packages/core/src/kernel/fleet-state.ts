import type { SkipReason } from '../base/words.ts'

interface QuestionBase {
  readonly id: number
  /** The fleet has the question, and its answer is under way. */
  isAsked: boolean
  /** It was asked before without an answer, so the fleet may have decided it. */
  isRepeated: boolean
}

/** What the fleet is asked about slots: whether it runs one, or whether this process reports slots that do not run. */
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
        /** The newest of them that are known one by one, ascending. */
        readonly slots: readonly number[]
      }
  )

/** The part of a task that other processes share. */
export interface FleetState {
  /** Questions without an answer, in the order of their slots. */
  readonly open: FleetQuestion[]
  nextId: number
  /** How often in a row the fleet could not answer. */
  failures: number
  /** Monotonic: when unanswered questions are asked again. */
  askAt: number
  /** Another process has a newer definition of the task: this one neither offers nor runs its slots. */
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

/** The slots that a question is about, in a form that does not depend on what it asks. */
export function newestOf(question: FleetQuestion): number {
  return question.asks === 'offer' ? question.slot : question.to
}
