import type { AbortCause } from '../base/errors.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { Outcome, Trigger } from '../base/words.ts'
import type { Annotations } from '../events/base-event.ts'
import type { SupervisorEvent, SupervisorEventType } from '../events/events.ts'
import type { SupervisorView } from '../task/view.ts'

/** Describes a run or a unit that is about to begin. `aroundRun` of an observer receives this object. */
export interface RunScope {
  readonly task: TaskInfo
  readonly runId: string
  readonly trigger: Trigger
  readonly attempt: number
  /** How often the run is retried at most if it fails: `retry.times` of its task. 0 for a unit. */
  readonly retries: number
  /** Wall time of the slot; absent for a run without a slot, such as a triggered run. */
  readonly scheduledAt: number | undefined
  /** Wall time. */
  readonly startedAt: number
  /** How long after its slot and the jitter the run started; absent for a run without a slot. */
  readonly latenessMs: number | undefined
  /** For a loop: the number of this run, from 1. */
  readonly generation: number
  /** The name of the unit, if this object describes a unit inside a run; absent for the run itself. */
  readonly unit: string | undefined
  /**
   * The run of this task that ended last in this process, for instance to link to its trace. `undefined` if no run of
   * the task has ended.
   */
  readonly previous:
    | { readonly runId: string; readonly outcome: Outcome; readonly annotations: Annotations | undefined }
    | undefined
  /** In a fleet, the attempt of another process that this run takes over. Absent for a first attempt and for a unit. */
  readonly takesOver?:
    | {
        readonly instanceId: string
        readonly runId: string
        readonly attempt: number
        /** Wall time. */
        readonly startedAt: number
        /** Wall time at which the attempt ended, if its process stopped. Absent if the process was lost. */
        readonly endedAt?: number | undefined
        readonly annotations?: Annotations | undefined
      }
    | undefined
  /** For a unit, the annotations of the run that contains the unit. */
  readonly parent: Annotations | undefined
  /**
   * Adds short texts to every later event of the run. All observers together can add 8 texts; each text is cut to 128
   * characters. The run itself can add 8 more, but cannot replace the texts of observers. Has no effect for a unit.
   */
  annotate(annotations: Annotations): void
}

/** Describes how a run ended. The promise of `next()` resolves with this object. */
export interface RunResult {
  readonly outcome: Outcome
  readonly error: Error | undefined
  readonly durationMs: number
  /** The number of the last attempt, from 1. */
  readonly attempt: number
  /** Why the signal of the run was aborted; absent if the signal was not aborted. */
  readonly abortedFor: AbortCause | undefined
}

/** Begins the run at the first call, and reports at each call how the run ended. */
export interface NextRun {
  /** @returns a promise that resolves once the run has ended. It never rejects. */
  (): Promise<RunResult>
  /** Calls `onEnded` when the run ends. Costs less than a promise. If `onEnded` throws, the observer has failed. */
  (onEnded: (result: RunResult) => void): void
}

/**
 * Connects a supervisor to telemetry, error reporting or logging. An observer receives events, and can start each run
 * inside its own context. It cannot change a run.
 *
 * If an observer throws, or does not call `next`, each run still happens once and keeps its outcome. The other
 * observers receive the fault as `observer.failed`, at most once a minute.
 *
 * An observer needs a name and at least one of `onEvent`, `aroundRun`, `onSupervisor` and `flush`; otherwise an
 * `InvalidOptionError` is thrown.
 */
export interface Observer {
  readonly name: string
  /**
   * The event types that `onEvent` receives. The list is read once, when the observer is attached. `run.started` and
   * `run.ended` are not created if no observer receives them, which makes each run cheaper. @defaultValue all types
   */
  readonly eventTypes?: readonly SupervisorEventType[] | undefined
  /** Receives the events synchronously and in order. Return quickly, because the tasks wait for this method. */
  onEvent?(event: SupervisorEvent): void
  /**
   * Runs the function of a task inside a context of the observer, such as an active span. This method must call
   * `next()` once, synchronously. The context of the observer that was attached first is the outermost. The supervisor
   * does not wait for a returned promise.
   *
   * @param caller - what `captureCaller` of this observer returned for the call that requested the run
   */
  aroundRun?(scope: RunScope, next: NextRun, caller?: unknown): unknown
  /**
   * Called in the async context of each `trigger`, `restart` and `spawn`. Returns what `aroundRun` needs from the
   * caller, such as the active span to link to. `aroundRun` itself may not see that span, because triggered and
   * restarted runs start in the root context.
   *
   * @param asTexts - true if a fleet may start the run in another process. Then return an object whose values are
   * strings. In that process, `aroundRun` of the observer with the same name receives these strings
   */
  captureCaller?(asTexts?: boolean): unknown
  /**
   * Receives the texts that the function of a run adds with `context.annotate`, for instance to add them to a span.
   * Called synchronously, in the async context of the run. Called only for runs that `aroundRun` received, until they
   * end.
   *
   * @param scope - the same object that `aroundRun` received for the run, even if a unit of the run called `annotate`
   * @param annotations - the added texts; long texts are cut, and texts beyond the limit are left out
   */
  onAnnotate?(scope: RunScope, annotations: Annotations): void
  /** Called once, when the observer is attached. The read-only `view` is for gauges, which read values on demand. */
  onSupervisor?(view: SupervisorView): void
  /** Called in `stop()` after the last event. Send all buffered data before `deadline`, which is wall time. */
  flush?(deadline: number): unknown
  /** Makes a function a type error. If a function creates an observer, call the function and pass its result. */
  readonly apply?: never
}

/** Options of `supervisor.observe`. */
export interface ObserveOptions {
  /**
   * Whether the supervisor still writes its lines to the console, unless another observer is attached. Meant for an
   * observer that reports nothing to people, such as a watchdog. With `true`, the observer is attached even under
   * `RUNWELL_DISABLED`. @defaultValue `false`
   */
  readonly keepConsole?: boolean | undefined
}
