import type { AbortCause } from '../base/errors.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { LateCause, Outcome, SkipReason, Trigger } from '../base/words.ts'

/** Short texts that an observer put on a run with `annotate`, for instance its trace id. They ride on every later event of that run. */
export type Annotations = Readonly<Record<string, string>>

export interface BaseEvent {
  /** Wall time in milliseconds since 1970. */
  readonly at: number
}

export interface TaskEventBase extends BaseEvent {
  /** The name of the task. */
  readonly task: string
  readonly info: TaskInfo
}

export interface RunEventBase extends TaskEventBase {
  /** Unique over processes. Never use it as a metric label. */
  readonly runId: string
  readonly trigger: Trigger
  /** 1, and one more for each retry within the run. */
  readonly attempt: number
  /** The slot, in wall time; absent for runs that no schedule asked for. */
  readonly scheduledAt: number | undefined
  readonly annotations: Annotations | undefined
}

export interface RunStarted extends RunEventBase {
  readonly type: 'run.started'
  /** How long after its slot (and jitter) it started; absent where there is no slot. */
  readonly latenessMs: number | undefined
  /** Why it is late; absent where it is late by less than 50 ms, and where that is not known. */
  readonly lateCause: LateCause | undefined
  /** For loops: counts from 1. */
  readonly generation: number
}
/** A loop run called `ready()` or gave its first beat. BaseEvent at most once a run. */
export interface RunReady extends RunEventBase {
  readonly type: 'run.ready'
  readonly how: 'ready' | 'beat'
  readonly afterMs: number
}
/** An attempt failed and another follows within the run. */
export interface RunRetried extends RunEventBase {
  readonly type: 'run.retried'
  readonly delayMs: number
  readonly error: Error | undefined
}
export interface RunEnded extends RunEventBase {
  readonly type: 'run.ended'
  readonly outcome: Outcome
  /** Wall time. */
  readonly startedAt: number
  readonly durationMs: number
  /** How long the function held the event loop before its first `await`. */
  readonly syncMs: number
  readonly latenessMs: number | undefined
  readonly generation: number
  /** What the function threw, or the timeout; always an `Error`, the same object everywhere. */
  readonly error: Error | undefined
  /** Why it was told to end, if it was. */
  readonly abortedFor: AbortCause | undefined
  readonly lastBeatAt: number | undefined
}
/** An abandoned run has ended after all. Its outcome stays `abandoned`. */
export interface RunSettledLate extends RunEventBase {
  readonly type: 'run.settled-late'
  readonly ageMs: number
  readonly error: Error | undefined
}
/** Slots that came due while something forbade the run. */
export interface RunSkipped extends TaskEventBase {
  readonly type: 'run.skipped'
  readonly reason: SkipReason
  readonly count: number
  /** `count` is a lower bound. */
  readonly atLeast: boolean
  /** The newest of them, in wall time; absent for a trigger. */
  readonly scheduledAt: number | undefined
}
/** Slots that could not be decided in time, because the event loop was blocked or the machine slept. */
export interface RunMissed extends TaskEventBase {
  readonly type: 'run.missed'
  readonly count: number
  readonly atLeast: boolean
  /** The oldest and the newest of them, in wall time. */
  readonly from: number
  readonly to: number
}
/** One unit of work inside a loop has ended. */
export interface UnitEnded extends RunEventBase {
  readonly type: 'unit.ended'
  readonly unit: string
  readonly outcome: 'succeeded' | 'failed' | 'cancelled'
  readonly durationMs: number
  readonly error: Error | undefined
}
