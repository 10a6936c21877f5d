import type { AbortCause } from '../base/errors.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { Outcome, Trigger } from '../base/words.ts'
import type { Annotations, SupervisorEvent, SupervisorEventType } from '../events/events.ts'
import type { SupervisorView } from '../task/view.ts'

/** A run that is about to begin, as an observer's `aroundRun` sees it. */
export interface RunScope {
  readonly task: TaskInfo
  readonly runId: string
  readonly trigger: Trigger
  readonly attempt: number
  /** How often the run may be tried again when it fails: `retry.times` of its task. */
  readonly retries: number
  /** The slot, in wall time. */
  readonly scheduledAt: number | undefined
  readonly startedAt: number
  readonly latenessMs: number | undefined
  readonly generation: number
  /** The name of the unit of work, when this is a unit inside a loop and not the run itself. */
  readonly unit: string | undefined
  /** Whether the run before it (of this task) ended in something else than success; `undefined` before the first. */
  readonly previous:
    | { readonly runId: string; readonly outcome: Outcome; readonly annotations: Annotations | undefined }
    | undefined
  /** Annotations of the run that a unit belongs to. */
  readonly parent: Annotations | undefined
  /** Puts short texts on the run, at most 8, each cut at 128 characters; they ride on every later event of the run. */
  annotate(annotations: Annotations): void
}

/** What `next()` resolves with: how the run ended. */
export interface RunResult {
  readonly outcome: Outcome
  readonly error: Error | undefined
  readonly durationMs: number
  /** The last attempt, 1 where there was no other. */
  readonly attempt: number
  /** Why its signal was aborted, if it was. */
  readonly abortedFor: AbortCause | undefined
}

/** Lets a run begin, once, and tells how it ended. */
export interface NextRun {
  /** @returns a promise that resolves once the run has ended. It never rejects. */
  (): Promise<RunResult>
  /** Calls `onEnded` the moment that the run has ended, which costs no promise. What it throws is a fault of the observer. */
  (onEnded: (result: RunResult) => void): void
}

/**
 * The one seam between a supervisor and the outside: telemetry, error reporting and logging plug in here.
 *
 * An observer can watch and never steer. Whatever it throws, or fails to call, each run happens once and keeps its
 * outcome; the fault is told to the other observers as `observer.failed`. One without a name, or without any of the
 * methods, is refused where it is given.
 */
export interface Observer {
  readonly name: string
  /**
   * The types of events that `onEvent` is called with; read once, when the observer is attached. Each run has two events,
   * `run.started` and `run.ended`, which are not even made where no observer wants them.
   * @defaultValue all of them
   */
  readonly eventTypes?: readonly SupervisorEventType[] | undefined
  /** Receives the events, synchronously and in order. Be quick: it runs on the tasks' time. */
  onEvent?(event: SupervisorEvent): void
  /**
   * Puts a run inside a context of the observer's own, such as an active span. It must call `next()` synchronously,
   * once; observers nest, the first attached outermost. What `aroundRun` returns is waited for by nobody.
   */
  aroundRun?(scope: RunScope, next: NextRun): unknown
  /** Called once, when the observer is attached: a read-only view, for instruments that read instead of listen. */
  onSupervisor?(view: SupervisorView): void
  /** Called in `stop()`, after the last event: send what is buffered, before `deadline` (wall time). */
  flush?(deadline: number): unknown
}
