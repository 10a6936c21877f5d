import type { AbortCause } from '../base/errors.ts'
import type { ScheduleInfo } from '../base/schedule-info.ts'
import type {
  LateCause,
  Outcome,
  Priority,
  RefusalReason,
  RestartCause,
  RestartRefusal,
  SkipReason,
  TaskState,
  Trigger,
  UnitOutcome,
} from '../base/words.ts'
import type { RuleStatus } from '../health/rule.ts'
import type { HealthStatus, TaskHealth } from '../health/status.ts'
import type { ExhaustionMode } from '../restart/policy.ts'
import type { ShutdownReport } from '../shutdown/report.ts'
import type { BaseEvent, RunEventBase, TaskEventBase } from './base-event.ts'

/**
 * The fields of each event type, without `type` itself. `EventOf<'run.ended'>` is the type of a whole event. All fields
 * are plain data, except for `error`. `docs/events.md` has tables of all events and fields.
 */
export interface SupervisorEvents {
  'task.registered': TaskEventBase
  'task.unregistered': TaskEventBase
  /** The task is armed: the supervisor started, or the task was registered after the start. */
  'task.started': TaskEventBase & {
    /** Wall time of the first scheduled run; `undefined` if the schedule starts no run or the task is paused. */
    readonly firstRunAt?: number | undefined
  }
  /** From now on, no run of the task starts. */
  'task.stopped': TaskEventBase & {
    /** `finished`: the task has done everything it was registered for. */
    readonly reason: 'stop' | 'unregistered' | 'finished' | 'gave-up'
  }
  /** The task was paused, or the time at which a paused task resumes was changed. */
  'task.paused': TaskEventBase & {
    readonly reason: string | undefined
    /** Wall time at which the task resumes by itself; absent if only `resume()` ends the pause. */
    readonly until?: number | undefined
  }
  /** The task was resumed. `asked`: by a call of `resume()`. `until`: at the time that was given for the pause. */
  'task.resumed': TaskEventBase & { readonly cause: 'asked' | 'until' }
  /** A control such as `pause()` was called with `by` or `reason`. Usually emitted before the events that it causes. */
  'control.performed': TaskEventBase & {
    readonly control: 'trigger' | 'pause' | 'resume' | 'restart' | 'reschedule' | 'abort' | 'unregister'
    /** The user or program that made the call. */
    readonly by: string | undefined
    /** The reason that the caller gave. */
    readonly reason: string | undefined
    /**
     * `done`: the control was performed. `unchanged`: there was nothing to do. `queued`: the control waits for a run to
     * end. Any other value is the reason why the control was refused.
     */
    readonly result: 'done' | 'unchanged' | RefusalReason | RestartRefusal
    /** The run that was aborted. */
    readonly runId: string | undefined
  }
  'task.rescheduled': TaskEventBase & {
    readonly schedule: ScheduleInfo
    /**
     * Wall time of the first run of the new schedule. `undefined` in the same cases as in `task.started`, before the
     * supervisor starts, and if the time of the run depends on the end of an active run.
     */
    readonly firstRunAt?: number | undefined
  }
  /** The task used up its restart budget and is parked: it is retried at `trialAt`. */
  'task.parked': TaskEventBase & {
    readonly cause: RestartCause
    /** 1 when the task is parked for the first time, plus 1 for each failed trial. */
    readonly parks: number
    /** Wall time of the next trial. */
    readonly trialAt: number
    readonly error: Error | undefined
  }
  /** A loop is not restarted any more: its budget is used up, or its `restart` forbids it. */
  'task.gave-up': TaskEventBase & {
    readonly cause: RestartCause
    readonly how: Exclude<ExhaustionMode, 'park'>
    readonly restarts: number
    readonly withinMs: number
    readonly error: Error | undefined
  }
  /** A run ignores its aborted signal, and the next run must not start while it is active. */
  'task.stuck': TaskEventBase & {
    readonly runId: string
    readonly ageMs: number
  }

  'run.started': RunEventBase & {
    /** How long after its slot and the jitter the run started; absent for a run without a slot. */
    readonly latenessMs: number | undefined
    /** Why the run started late; absent if it was less than 50 ms late, or if the cause is not known. */
    readonly lateCause: LateCause | undefined
    /** For a loop: the number of this run, from 1. */
    readonly generation: number
  }
  /** A loop run called `ready()` or sent its first beat. Emitted at most once per run. */
  'run.ready': RunEventBase & {
    readonly how: 'ready' | 'beat'
    readonly afterMs: number
  }
  /** An attempt failed, and the run continues with another attempt. */
  'run.retried': RunEventBase & {
    readonly delayMs: number
    readonly error: Error | undefined
  }
  'run.ended': RunEventBase & {
    readonly outcome: Outcome
    /** Wall time. */
    readonly startedAt: number
    readonly durationMs: number
    /** How long the function blocked the event loop before its first `await`. */
    readonly syncMs: number
    readonly latenessMs: number | undefined
    readonly generation: number
    /** What the function threw, as an `Error`, or the error of a timeout. All observers receive the same object. */
    readonly error: Error | undefined
    /** Why the supervisor aborted the run; absent if the run was not aborted. */
    readonly abortedFor: AbortCause | undefined
    readonly lastBeatAt: number | undefined
    /** For an abandoned run: a call that waits for the end of the run, and that the run itself may have made. */
    readonly waitingCall?: `task.${'unregister' | 'restart' | 'trigger'}()` | 'supervisor.stop()' | undefined
  }
  /**
   * Another process of the fleet has lost a run, and this process takes it over: `run.started` of the next attempt
   * follows. The fields describe the lost run, with the annotations that it had in the other process.
   */
  'run.lost': RunEventBase & {
    /** The process that lost the run. If it is still alive, it reports the end of the run itself. */
    readonly instanceId: string
    /** Wall time, by the clock of that process. */
    readonly startedAt: number
    /** The id of the run that this process starts instead. */
    readonly nextRunId: string
  }
  /** The function of an abandoned run has ended at last. The outcome of the run stays `abandoned`. */
  'run.settled-late': RunEventBase & {
    readonly ageMs: number
    readonly error: Error | undefined
  }
  /** Slots came due, or a trigger was called, but something prevented the run. */
  'run.skipped': TaskEventBase & {
    readonly reason: SkipReason
    readonly count: number
    /** True if `count` is only a lower bound. */
    readonly atLeast: boolean
    /** Wall time of the newest skipped slot; absent for a trigger. */
    readonly scheduledAt: number | undefined
    /** For an external task: why its host skipped the run, in the words of the host. */
    readonly detail?: string | undefined
  }
  /**
   * The process could not handle slots in time, or no process of the fleet started them in time. For an external task:
   * its host did not run the slots.
   */
  'run.missed': TaskEventBase & {
    readonly count: number
    /** True if `count` is only a lower bound. */
    readonly atLeast: boolean
    /** Wall times of the oldest and the newest missed slot. */
    readonly from: number
    readonly to: number
  }
  /** One unit of work inside a run has ended. */
  'unit.ended': RunEventBase & {
    readonly unit: string
    readonly outcome: UnitOutcome
    readonly durationMs: number
    readonly error: Error | undefined
  }

  'restart.scheduled': TaskEventBase & {
    readonly cause: RestartCause
    /** The whole delay, including `spacedMs`. */
    readonly delayMs: number
    /** The part of the delay that keeps restarts of several tasks from happening at the same time. */
    readonly spacedMs: number
    /** Number of consecutive restarts before this one. */
    readonly streak: number
    /** Wall time of the restart. */
    readonly dueAt: number
    readonly error: Error | undefined
  }
  'restart.refused': TaskEventBase & {
    readonly cause: RestartCause
    readonly reason: RestartRefusal
  }

  'health.changed': TaskEventBase & {
    readonly from: HealthStatus
    readonly to: HealthStatus
    readonly health: TaskHealth
  }
  'health.flapping': TaskEventBase & { readonly changes: number }
  'health.settled': TaskEventBase & { readonly changes: number }
  /** A rule found a problem; its episode begins. */
  'rule.opened': TaskEventBase & {
    readonly rule: string
    readonly episode: number
    readonly status: RuleStatus
    readonly value: number
    readonly limit: number
    readonly reason: string
    /** Wall time at which the problem began, as reported by the first bad result of the rule. Never after `at`. */
    readonly since: number
  }
  /** An episode ended: the rule no longer finds a problem, or it is no longer evaluated. */
  'rule.closed': TaskEventBase & {
    readonly rule: string
    readonly episode: number
    readonly value: number
    readonly limit: number
    readonly since: number
    /** Why the episode ended. Only `'cleared'` says that the problem is over. */
    readonly cause: 'cleared' | 'stopped' | 'unregistered' | 'rescheduled'
  }
  'rule.failed': TaskEventBase & {
    readonly rule: string
    readonly error: Error
  }

  /** The supervisor counted its tasks by state and health. */
  'monitor.ticked': BaseEvent & {
    /** Wall time at which the work of the tick began. */
    readonly startedAt: number
    /** How long the work of the tick took. */
    readonly tookMs: number
    readonly tasks: number
    readonly byState: Readonly<Record<TaskState, number>>
    readonly byHealth: Readonly<Record<HealthStatus, number>>
    readonly byCategory: Readonly<Record<string, number>>
    readonly byPriority: Readonly<Record<Priority, number>>
    readonly health: HealthStatus
    readonly live: boolean
    readonly ready: boolean
    /** Names of tasks whose state or health changed since the last tick, at most 100. */
    readonly changed: readonly string[]
    /** Restarts that rules requested since the last tick, at most 100. */
    readonly recoveries: readonly {
      readonly task: string
      readonly rule: string
      readonly refused: RestartRefusal | undefined
    }[]
  }
  /** The supervisor's timer was overdue, and the monitor armed it again. */
  'monitor.stalled': BaseEvent & { readonly overdueMs: number }
  /** Something blocked the event loop. */
  'loop.blocked': BaseEvent & {
    /** How late the event loop was. Up to 25 ms at the beginning of a block are not included. */
    readonly ms: number
    /**
     * The task that most likely blocked the event loop; absent without enough evidence. If `measured` is not empty, it
     * is the first task in `measured`.
     */
    readonly suspect:
      | { readonly task: string; readonly score: number; readonly by: 'measured' | 'correlated' }
      | undefined
    /**
     * For how long each task blocked the event loop before the first `await`, the longest time first; at most 20 tasks.
     * Empty if something else caused most of the block.
     */
    readonly measured: readonly { readonly task: string; readonly ms: number }[]
    /** Names of the tasks that were active, at most 20. */
    readonly active: readonly string[]
  }
  /** The store of the fleet can't be reached. Slots wait; active runs continue. */
  'fleet.down': BaseEvent & { readonly fleet: string; readonly error: Error }
  'fleet.up': BaseEvent & { readonly fleet: string; readonly downMs: number }
  'clock.jumped': BaseEvent & {
    /** By how much the wall time moved more than monotonic time; negative if the clock was set back. */
    readonly deltaMs: number
    /**
     * `gap`: the machine slept, or the clock was set by less than 3 h. Due slots run within `catchUp`. `correction`:
     * the clock was set by 3 h or more. Slots in between run only if `catchUp` or `misfire: { all: n }` is set. Where
     * the platform does not report sleep, setting the clock forward is a correction only from 26 h on.
     */
    readonly treatedAs: 'correction' | 'gap'
  }

  'shutdown.started': BaseEvent & {
    readonly reason: string
    readonly deadlineMs: number
    /** The tasks to stop, by priority, in the order of the shutdown. */
    readonly plan: readonly { readonly priority: Priority; readonly tasks: readonly string[] }[]
  }
  'shutdown.class-ended': BaseEvent & {
    readonly priority: Priority
    readonly tookMs: number
    readonly tasks: readonly string[]
    readonly abandoned: readonly string[]
  }
  /** The last event, except for `run.settled-late` and for an `observer.failed` of a flush. */
  'shutdown.ended': BaseEvent & { readonly report: ShutdownReport }

  /** An observer threw or did not call `next`. Sent to the other observers, at most once a minute for each observer. */
  'observer.failed': BaseEvent & {
    readonly observer: string
    readonly method: 'onEvent' | 'aroundRun' | 'captureCaller' | 'onAnnotate' | 'onSupervisor' | 'flush'
    readonly error: Error
  }
}

export type SupervisorEventType = keyof SupervisorEvents
/** Any event that a supervisor emits. */
export type SupervisorEvent = {
  [Type in SupervisorEventType]: { readonly type: Type } & SupervisorEvents[Type]
}[SupervisorEventType]
/** The type of the event with this `type`, for instance `EventOf<'run.ended'>`. */
export type EventOf<Type extends SupervisorEventType> = Extract<SupervisorEvent, { type: Type }>
/** Events about one task. */
export type TaskEvent = Extract<SupervisorEvent, { task: string }>
/** Events about one run. */
export type RunEvent = Extract<SupervisorEvent, { runId: string; trigger: Trigger }>
