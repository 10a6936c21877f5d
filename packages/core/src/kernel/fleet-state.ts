import type { SkipReason } from '../base/words.ts'

interface QuestionBase {
  readonly id: number
  /** The question was sent and has no answer yet. */
  isAsked: boolean
  /** An earlier attempt to send the question failed. The fleet may nevertheless have received the question. */
  isRepeated: boolean
}

/**
 * A question to the fleet. An `offer` asks the fleet to run a slot in one of its processes. An `account` reports
 * slots that do not run.
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
        /** The newest of the `count` slots, ascending. Older slots may be missing. */
        readonly slots: readonly number[]
      }
  )

export interface FleetState {
  /** Questions without an answer, in the order of their slots. */
  readonly open: FleetQuestion[]
  nextId: number
  failures: number
  /** Monotonic time at which the oldest waiting question is sent again. */
  askAt: number
  /** Another process has a newer definition of the task, so this process does not run the slots of the task. */
  isOverruled: boolean
  /** The task is disabled in this process. Other processes may still run the task. */
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
