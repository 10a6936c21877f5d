import type { TaskInfo } from '../base/task-info.ts'
import type { Trigger } from '../base/words.ts'

/**
 * Short texts that a run or an observer added to a run with `annotate`. Every later event of the run contains these
 * texts.
 */
export type Annotations = Readonly<Record<string, string>>

export const unnumbered = 0

/** Fields of every event. */
export interface BaseEvent {
  /** The number of the event, from 1. Unique together with `supervisor.instanceId`. */
  readonly seq: number
  /** Wall time in milliseconds since 1970. */
  readonly at: number
}

/** Fields of every event about one task. */
export interface TaskEventBase extends BaseEvent {
  /** The name of the task. */
  readonly task: string
  readonly info: TaskInfo
}

/** Fields of every event about one run. */
export interface RunEventBase extends TaskEventBase {
  /**
   * Unique across processes. Do not use the id as a metric label, because each run would create a new time series.
   */
  readonly runId: string
  readonly trigger: Trigger
  /**
   * The number of the attempt, from 1. Each retry adds 1.
   *
   * If a process of a fleet does not finish the run, another process starts it again. The first attempt there has the
   * number 1 plus the number of processes that did not finish the run.
   */
  readonly attempt: number
  /** Wall time of the slot. `undefined` if the run has no slot. */
  readonly scheduledAt: number | undefined
  readonly annotations: Annotations | undefined
}
