import type { TaskInfo } from '../base/task-info.ts'
import type { Trigger } from '../base/words.ts'

/**
 * Short texts that a run or an observer has added to the run with `annotate`, such as a tenant or the trace id. Every later
 * event of the run has them.
 */
export type Annotations = Readonly<Record<string, string>>

/** The `seq` of an event that was made and is not emitted yet. */
export const unnumbered = 0

/** The fields of every event. */
export interface BaseEvent {
  /**
   * The number of the event: 1 for the first of the supervisor, and 1 more for each one after it. With
   * `supervisor.instanceId` it identifies the event, so a reader can continue after it. Events that no observer
   * receives are not made and have no number.
   */
  readonly seq: number
  /** Wall time in milliseconds since 1970. */
  readonly at: number
}

/** The fields of every event about one task. */
export interface TaskEventBase extends BaseEvent {
  /** The name of the task. */
  readonly task: string
  readonly info: TaskInfo
}

/** The fields of every event about one run. */
export interface RunEventBase extends TaskEventBase {
  /** Unique across processes. Never use it as a metric label. */
  readonly runId: string
  readonly trigger: Trigger
  /** 1 for the first attempt, plus 1 for each retry, and for each process that began the run earlier. */
  readonly attempt: number
  /** Wall time of the slot; absent for runs without one, such as triggered runs. */
  readonly scheduledAt: number | undefined
  readonly annotations: Annotations | undefined
}
