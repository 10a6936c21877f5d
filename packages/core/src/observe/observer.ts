import type { AbortCause } from '../base/errors.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { Outcome, Trigger } from '../base/words.ts'
import type { Annotations } from '../events/base-event.ts'
import type { SupervisorEvent, SupervisorEventType } from '../events/events.ts'
import type { SupervisorView } from '../task/view.ts'

/** A run, or a unit, that is about to begin, as `aroundRun` of an observer receives it. */
export interface RunScope {
  readonly task: TaskInfo
  readonly runId: string
  readonly trigger: Trigger
  readonly attempt: number
  /** How many retries the run has if it fails: `retry.times` of its task; 0 for a unit. */
  readonly retries: number
  /** Wall time of the slot; absent for runs without one, such as triggered runs. */
  readonly scheduledAt: number | undefined
  /** Wall time. */
  readonly startedAt: number
  /** Delay of the start after the slot and its jitter; absent without a slot. */
  readonly latenessMs: number | undefined
  /** For loops: counts from 1. */
  readonly generation: number
  /** The name of the unit of work, if this is a unit inside a run; absent for the run itself. */
  readonly unit: string | undefined
  /**
   * The run of this task that ended last in this process, for instance to link to its trace; `undefined` before the
   * first one ended.
   */
  readonly previous:
    | { readonly runId: string; readonly outcome: Outcome; readonly annotations: Annotations | undefined }
    | undefined
  /** In a fleet: the attempt of another process that this run takes over; absent for a first attempt and for units. */
  readonly takesOver?:
    | {
        readonly instanceId: string
        readonly runId: string
        readonly attempt: number
        /** Wall time. */
        readonly startedAt: number
        /** When the attempt ended because its process stopped; absent if the process was lost without a report. */
        readonly endedAt?: number | undefined
        readonly annotations?: Annotations | undefined
      }
    | undefined
  /** For a unit: annotations of the run that it belongs to. */
  readonly parent: Annotations | undefined
  /**
   * Adds short texts to every later event of the run: at most 8 of all observers together, each cut at 128 characters.
   * The run itself can add 8 more, but can't replace these. Has no effect for a unit.
   */
  annotate(annotations: Annotations): void
}

/** How a run ended: what `next()` resolves with. */
export interface RunResult {
  readonly outcome: Outcome
  readonly error: Error | undefined
  readonly durationMs: number
  /** The number of the last attempt, from 1. */
  readonly attempt: number
  /** Why its signal was aborted; absent if it was not. */
  readonly abortedFor: AbortCause | undefined
}

/** Begins the run, once, and reports how it ended. */
export interface NextRun {
  /** @returns a promise that resolves once the run has ended. It never rejects. */
  (): Promise<RunResult>
  /** Calls `onEnded` when the run ends. Cheaper than the promise. If it throws, that is a fault of the observer. */
  (onEnded: (result: RunResult) => void): void
}

/**
 * The interface of a supervisor for telemetry, error reporting and logging. An observer receives events and surrounds
 * runs, but cannot change them.
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
   * The event types that `onEvent` receives; read once, when the observer is attached. Every run has the events
   * `run.started` and `run.ended`. If no observer receives them, they are not created, which makes runs cheaper.
   * @defaultValue all of them
   */
  readonly eventTypes?: readonly SupervisorEventType[] | undefined
  /** Receives the events, synchronously and in order. Be quick: the tasks wait for it. */
  onEvent?(event: SupervisorEvent): void
  /**
   * Runs the function of a task inside a context of the observer, such as an active span. It must call `next()` once,
   * synchronously. Observers nest, the first attached outermost. The supervisor does not wait for what it returns.
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
   * strings; `aroundRun` of the observer of the same name in that process gets these strings
   */
  captureCaller?(asTexts?: boolean): unknown
  /**
   * Receives the texts that a run adds with `annotate` of its context, for instance to add them to a span. Called
   * synchronously, in the async context of the run. Called only for runs that `aroundRun` has received, until they end.
   *
   * @param scope - the same object that `aroundRun` received for the run, also if one of its units called `annotate`
   * @param annotations - the added texts: long ones are shortened, and those beyond the limit are left out
   */
  onAnnotate?(scope: RunScope, annotations: Annotations): void
  /**
   * Called once, when the observer is attached, with a read-only view: for gauges that read instead of receiving
   * events.
   */
  onSupervisor?(view: SupervisorView): void
  /** Called in `stop()` after the last event. Send all buffered data before `deadline`, which is wall time. */
  flush?(deadline: number): unknown
  /** A function is not an observer. If it creates one, call it and pass its result. */
  readonly apply?: never
}

/** Options of `supervisor.observe`. */
export interface ObserveOptions {
  /**
   * Keeps the console lines if no other observer is attached. Meant for an observer that reports nothing to people,
   * such as a watchdog. The observer is attached even under `RUNWELL_DISABLED`. @defaultValue `false`
   */
  readonly keepConsole?: boolean | undefined
}
