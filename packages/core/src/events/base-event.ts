import type { TaskInfo } from '../base/task-info.ts'
import type { Trigger } from '../base/words.ts'

/** Short texts that a run or an observer added with `annotate`. Every later event of the run has them. */
export type Annotations = Readonly<Record<string, string>>

export const unnumbered = 0

/** Fields of every event. */
export interface BaseEvent {
  /** From 1 for the first event of a supervisor. Unique together with `supervisor.instanceId`. */
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
  /** Unique across processes. Never use it as a metric label: each run would create a time series. */
  readonly runId: string
  readonly trigger: Trigger
  /** From 1; plus 1 for each retry and for each process that lost the run. */
  readonly attempt: number
  /** Wall time of the slot; absent without a slot. */
  readonly scheduledAt: number | undefined
  readonly annotations: Annotations | undefined
}
