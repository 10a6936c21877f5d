import type { TaskInfo } from '../base/task-info.ts'
import type { Trigger } from '../base/words.ts'

/**
 * Short texts that the function of a run or an observer has added to the run with `annotate`, such as a tenant or the
 * trace id. Every later event of the run contains them.
 */
export type Annotations = Readonly<Record<string, string>>

/** The `seq` of an event that has been created, but not emitted yet. */
export const unnumbered = 0

/** The fields of every event. */
export interface BaseEvent {
  /**
   * The number of the event: 1 for the first event of the supervisor, 2 for the second. Together with
   * `supervisor.instanceId`, it identifies the event, so a reader can continue where it stopped. Some events are not
   * created if no observer receives them; they get no number.
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
  /** Unique across processes. Never use it as a label of a metric, because each run would create a time series. */
  readonly runId: string
  readonly trigger: Trigger
  /** 1 for the first attempt, plus 1 for each retry in this process and for each process that lost the run before. */
  readonly attempt: number
  /** Wall time of the slot; absent for a run without a slot, such as a triggered run. */
  readonly scheduledAt: number | undefined
  readonly annotations: Annotations | undefined
}
