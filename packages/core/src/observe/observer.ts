import type { AbortCause } from '../base/errors.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { Outcome, Trigger } from '../base/words.ts'
import type { Annotations } from '../events/base-event.ts'
import type { SupervisorEvent, SupervisorEventType } from '../events/events.ts'
import type { SupervisorView } from '../task/view.ts'

/** A run or a unit that is about to begin. */
export interface RunScope {
  readonly task: TaskInfo
  readonly runId: string
  readonly trigger: Trigger
  readonly attempt: number
  /** The most retries after a failure; 0 for a unit. */
  readonly retries: number
  /** Wall time of the slot; absent for a run without a slot. */
  readonly scheduledAt: number | undefined
  /** Wall time. */
  readonly startedAt: number
  /** How long after its slot and the jitter the run started; absent for a run without a slot. */
  readonly latenessMs: number | undefined
  /** For a loop: the number of this run, from 1. */
  readonly generation: number
  /** The name of the unit; absent for a run. */
  readonly unit: string | undefined
  /** The run of this task that ended last in this process, if any. */
  readonly previous:
    | { readonly runId: string; readonly outcome: Outcome; readonly annotations: Annotations | undefined }
    | undefined
  /** In a fleet: the attempt of another process that this run takes over, if any. */
  readonly takesOver?:
    | {
        readonly instanceId: string
        readonly runId: string
        readonly attempt: number
        /** Wall time. */
        readonly startedAt: number
        /** Wall time when the attempt ended; absent if its process was lost. */
        readonly endedAt?: number | undefined
        readonly annotations?: Annotations | undefined
      }
    | undefined
  /** For a unit: the annotations of its run. */
  readonly parent: Annotations | undefined
  /**
   * Adds texts to every later event of the run; has no effect for a unit. All observers together can add 8
   * texts, each cut to 128 characters.
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
  /** Why the run was aborted, if it was. */
  readonly abortedFor: AbortCause | undefined
}

/** Begins the run at the first call. Each call reports how the run ended. */
export interface NextRun {
  /** @returns a promise that resolves once the run has ended, and never rejects */
  (): Promise<RunResult>
  /** Calls `onEnded` when the run ends. Costs less than a promise. */
  (onEnded: (result: RunResult) => void): void
}

/**
 * Receives the events of a supervisor, and can start each run inside its own context. An observer can't
 * change a run: faults of an observer are reported as `observer.failed`.
 *
 * An observer needs a name and at least one of `onEvent`, `aroundRun`, `onSupervisor` and `flush`; otherwise
 * an `InvalidOptionError` is thrown.
 */
export interface Observer {
  readonly name: string
  /**
   * The event types that `onEvent` receives, read once when the observer is attached. Runs are cheaper if no
   * observer receives `run.started` and `run.ended`. @defaultValue all types
   */
  readonly eventTypes?: readonly SupervisorEventType[] | undefined
  /** Receives the events synchronously and in order. Return quickly, because the tasks wait for this method. */
  onEvent?(event: SupervisorEvent): void
  /**
   * Runs the function of a task inside a context of the observer, such as an active span. Must call `next()`
   * once, synchronously. A returned promise is not awaited.
   *
   * @param caller - what `captureCaller` of this observer returned for the call that requested the run
   */
  aroundRun?(scope: RunScope, next: NextRun, caller?: unknown): unknown
  /**
   * Called in the async context of each `trigger`, `restart` and `spawn`. Returns what `aroundRun` needs from
   * the caller, such as the active span.
   *
   * @param asTexts - true if another process may start the run. Then return an object of strings, for
   * `aroundRun` of the observer with the same name there
   */
  captureCaller?(asTexts?: boolean): unknown
  /**
   * Receives the texts that a run adds with `context.annotate`, in the async context of the run. Called only
   * for runs that `aroundRun` received.
   *
   * @param scope - the object that `aroundRun` received for the run, even if a unit called `annotate`
   * @param annotations - the added texts, cut to their limits
   */
  onAnnotate?(scope: RunScope, annotations: Annotations): void
  /** Called once, when the observer is attached. Use `view` for gauges, which read values on demand. */
  onSupervisor?(view: SupervisorView): void
  /** Called in `stop()` after the last event. Send all buffered data before `deadline`, which is wall time. */
  flush?(deadline: number): unknown
  /** Makes TypeScript refuse a function instead of an observer. */
  readonly apply?: never
}

/** Options of `supervisor.observe`. */
export interface ObserveOptions {
  /**
   * Keeps the console output while no other observer is attached. With `true`, the observer is attached even
   * under `RUNWELL_DISABLED`. @defaultValue `false`
   */
  readonly keepConsole?: boolean | undefined
}
