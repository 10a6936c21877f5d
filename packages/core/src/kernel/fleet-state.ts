import type { SkipReason } from '../base/words.ts'

/** What the fleet is asked about slots: whether it runs one, or whether this process reports slots that do not run. */
export type FleetQuestion =
  | { readonly id: number; readonly asks: 'offer'; readonly slot: number; readonly waits: boolean; isAsked: boolean }
  | {
      readonly id: number
      readonly asks: 'account'
      readonly reason: SkipReason | 'missed'
      readonly count: number
      readonly atLeast: boolean
      readonly from: number
      readonly to: number
      isAsked: boolean
    }

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
