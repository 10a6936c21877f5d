import type { AbortCause } from '../base/errors.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { Outcome, Trigger } from '../base/words.ts'
import type { Annotations } from '../events/base-event.ts'
import type { SupervisorEvent, SupervisorEventType } from '../events/events.ts'
import type { SupervisorView } from '../task/view.ts'

/** A run or a unit of work that is about to begin. */
export interface RunScope {
  readonly task: TaskInfo
  readonly runId: string
  readonly trigger: Trigger
  readonly attempt: number
  /** How many times a failed run may be retried. 0 for a unit. */
  readonly retries: number
  /** Wall time of the slot. `undefined` for a run without a slot. */
  readonly scheduledAt: number | undefined
  /** Wall time in milliseconds since 1970. */
  readonly startedAt: number
  /**
   * How much later than planned the run started. The planned time is the slot plus the jitter and the spread.
   * `undefined` for a run without a slot.
   */
  readonly latenessMs: number | undefined
  /** The number of this run among all runs of the task in this process, from 1. */
  readonly generation: number
  /** The name of the unit. `undefined` for a run. */
  readonly unit: string | undefined
  /** The run of this task that ended last in this process. `undefined` before the first run has ended. */
  readonly previous:
    | { readonly runId: string; readonly outcome: Outcome; readonly annotations: Annotations | undefined }
    | undefined
  /**
   * Only in a fleet: the newest earlier attempt of this run, usually by another process. This run replaces that
   * attempt.
   */
  readonly takesOver?:
    | {
        readonly instanceId: string
        readonly runId: string
        readonly attempt: number
        /** Wall time in milliseconds since 1970. */
        readonly startedAt: number
        /** Wall time at which the attempt ended. `undefined` if its process was lost. */
        readonly endedAt?: number | undefined
        readonly annotations?: Annotations | undefined
      }
    | undefined
  /** Only for a unit: the annotations of the run to which the unit belongs. */
  readonly parent: Annotations | undefined
  /**
   * Adds texts to every later event of the run. For a unit, adds texts only to its event `unit.ended`. All observers
   * together can add 8 texts. Each text is cut to 128 characters.
   */
  annotate(annotations: Annotations): void
}

/** How a run ended. */
export interface RunResult {
  readonly outcome: Outcome
  readonly error: Error | undefined
  readonly durationMs: number
  /** The number of the last attempt, from 1. */
  readonly attempt: number
  /** Why the run was aborted. `undefined` if it was not aborted. */
  readonly abortedFor: AbortCause | undefined
  /** The health rule that aborted the run, to restart the task. `undefined` if no rule did, and for a unit. */
  readonly rule?: string | undefined
}

/** The first call begins the run. Each call reports how the run ended. */
export interface NextRun {
  /** @returns a promise that resolves when the run has ended, and never rejects */
  (): Promise<RunResult>
  /** Calls `onEnded` when the run has ended. This is faster than a promise. */
  (onEnded: (result: RunResult) => void): void
}

/**
 * Receives the events of a supervisor, and can start each run inside a context of its own. An error of an observer
 * does not change a run. The error is reported as `observer.failed`.
 *
 * An observer needs a name and at least one of the methods `onEvent`, `aroundRun`, `onSupervisor` and `flush`. If the
 * name or all of these methods are missing, an `InvalidOptionError` is thrown.
 */
export interface Observer {
  readonly name: string
  /**
   * The event types that `onEvent` receives. This list is read once, when the observer is attached. Runs are faster
   * if no observer receives `run.started` and `run.ended`.
   * @defaultValue all types
   */
  readonly eventTypes?: readonly SupervisorEventType[] | undefined
  /**
   * Receives the events in order and synchronously. Return quickly, because all tasks wait until this method returns.
   */
  onEvent?(event: SupervisorEvent): void
  /**
   * Starts a run or a unit inside a context of the observer, such as an active span. This method must call `next()`
   * once, synchronously. If it returns a promise, the run does not wait for the promise.
   *
   * @param caller - what `captureCaller` of this observer returned for the call that requested the run
   */
  aroundRun?(scope: RunScope, next: NextRun, caller?: unknown): unknown
  /**
   * Returns what `aroundRun` needs from the code that requests a run, such as the active span. Called in the async
   * context of each `trigger()`, `restart()` and `spawn()`, but not for external tasks. Called only if the observer
   * also has `aroundRun`.
   *
   * @param asTexts - true if another process may start the run. Then return an object of strings. The observer with
   * the same name in the other process receives it.
   */
  captureCaller?(asTexts?: boolean): unknown
  /**
   * Receives the texts that a run adds with `context.annotate()`. Called in the async context of the run. Called only
   * for runs for which `aroundRun` was called.
   *
   * @param scope - the object that `aroundRun` received for the run, even if a unit called `annotate`
   * @param annotations - the added texts, cut to their limits
   */
  onAnnotate?(scope: RunScope, annotations: Annotations): void
  /** Called once, when the observer is attached. Read current values, for example for gauges, from `view`. */
  onSupervisor?(view: SupervisorView): void
  /**
   * Called by `stop()` after the last event. Send all buffered data before `deadline`, which is wall time in
   * milliseconds.
   */
  flush?(deadline: number): unknown
  /** Not a method: it makes TypeScript refuse a function instead of an observer. */
  readonly apply?: never
}

/** Options of `supervisor.observe`. */
export interface ObserveOptions {
  /**
   * If `true`, the default output to the console continues. Then the observer is also attached if `RUNWELL_DISABLED`
   * is set.
   * @defaultValue `false`
   */
  readonly keepConsole?: boolean | undefined
}
