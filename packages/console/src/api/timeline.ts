import type { Outcome } from '@runwell/core'

/** Runs, skipped triggers, slots that started no run, and times in which the process could not work. */
export interface Timeline {
  readonly from: number
  readonly to: number
  readonly lanes: readonly Lane[]
  readonly bands: readonly Band[]
}

export interface Lane {
  readonly task: string
  /**
   * First the ended runs, newest first, then the active runs. An active run has an outcome only if it was abandoned.
   */
  readonly runs: readonly LaneRun[]
  /** True if the history still contains all runs that this process has started. */
  readonly isWhole: boolean
  readonly marks: readonly LaneMark[]
}

export interface LaneRun {
  readonly runId: string
  readonly startedAt: number
  readonly durationMs: number
  readonly outcome: Outcome | undefined
  readonly latenessMs: number | undefined
  readonly attempt: number
  /** The process that executed the run. Absent if it is this process. */
  readonly instanceId: string | undefined
}

/** Slots or triggers that started no run. */
export interface LaneMark {
  readonly at: number
  readonly what: 'skipped' | 'missed'
  readonly reason: string
  readonly count: number
}

/**
 * A time span in which no run could start: the process was blocked, the machine was asleep, or a clock change skipped
 * this time. If the clock was set back, `from` and `to` are the same.
 */
export interface Band {
  readonly from: number
  readonly to: number
  readonly what: 'blocked' | 'asleep' | 'clock set'
  readonly text: string
}
