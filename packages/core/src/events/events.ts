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

/** The fields of each event type, without `type`. All are plain data, except for `error`. */
export interface SupervisorEvents {
  'task.registered': TaskEventBase
  'task.unregistered': TaskEventBase
  /** The supervisor started, or the task was registered after the start. */
  'task.started': TaskEventBase & {
    /** Wall time of the first scheduled run; `undefined` if none is planned or the task is paused. */
    readonly firstRunAt?: number | undefined
  }
  /** No run of the task starts from now on. */
  'task.stopped': TaskEventBase & {
    /** `finished`: the task has done all it was registered for. */
    readonly reason: 'stop' | 'unregistered' | 'finished' | 'gave-up'
  }
  /** The task was paused, or the end of its pause was changed. */
  'task.paused': TaskEventBase & {
    readonly reason: string | undefined
    /** Wall time of the automatic resume; absent if only `resume()` ends the pause. */
    readonly until?: number | undefined
  }
  /** `asked`: `resume()` was called. `until`: the time given for the pause has come. */
  'task.resumed': TaskEventBase & { readonly cause: 'asked' | 'until' }
  /** A control such as `pause()` was called with `by` or `reason`. */
  'control.performed': TaskEventBase & {
    readonly control: 'trigger' | 'pause' | 'resume' | 'restart' | 'reschedule' | 'abort' | 'unregister'
    /** Who called: a user or a program. */
    readonly by: string | undefined
    /** Why, as given by the caller. */
    readonly reason: string | undefined
    /**
     * `unchanged`: there was nothing to do. `queued`: the control waits for a run to end. Any other value
     * except `done` is the reason for a refusal.
     */
    readonly result: 'done' | 'unchanged' | RefusalReason | RestartRefusal
    /** The aborted run. */
    readonly runId: string | undefined
  }
  'task.rescheduled': TaskEventBase & {
    readonly schedule: ScheduleInfo
    /** Wall time of the first run of the new schedule; `undefined` if unknown or not planned. */
    readonly firstRunAt?: number | undefined
  }
  /** The task used up its restart budget. */
  'task.parked': TaskEventBase & {
    readonly cause: RestartCause
    /** 1 for the first time, plus 1 for each failed trial. */
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
  /** A run ignores its aborted signal and blocks the next run. */
  'task.stuck': TaskEventBase & {
    readonly runId: string
    readonly ageMs: number
  }

  'run.started': RunEventBase & {
    /** How long after its slot and jitter the run started; absent without a slot. */
    readonly latenessMs: number | undefined
    /** Why the run was late; absent below 50 ms or if unknown. */
    readonly lateCause: LateCause | undefined
    /** The number of this run of a loop, from 1. */
    readonly generation: number
  }
  /** A loop run called `ready()` or sent its first beat. At most once per run. */
  'run.ready': RunEventBase & {
    readonly how: 'ready' | 'beat'
    readonly afterMs: number
  }
  /** An attempt failed, and the run makes another. */
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
    /** What the function threw, as an `Error`, or the error of a timeout. */
    readonly error: Error | undefined
    /** Why the supervisor aborted the run; absent if it was not aborted. */
    readonly abortedFor: AbortCause | undefined
    readonly lastBeatAt: number | undefined
    /** A call that waits for this abandoned run to end, perhaps made by the run itself. */
    readonly waitingCall?: `task.${'unregister' | 'restart' | 'trigger'}()` | 'supervisor.stop()' | undefined
  }
  /**
   * Another process of the fleet lost a run, and this process runs it again. The fields describe the lost
   * run.
   */
  'run.lost': RunEventBase & {
    /** The process that lost the run. If it is still alive, it also reports the end of the run. */
    readonly instanceId: string
    /** Wall time, by the clock of the other process. */
    readonly startedAt: number
    /** The run that this process starts instead. */
    readonly nextRunId: string
  }
  /** The function of an abandoned run has ended. The outcome stays `abandoned`. */
  'run.settled-late': RunEventBase & {
    readonly ageMs: number
    readonly error: Error | undefined
  }
  /** Something prevented the run of a slot or of a trigger. */
  'run.skipped': TaskEventBase & {
    readonly reason: SkipReason
    readonly count: number
    /** True if `count` is a lower bound. */
    readonly atLeast: boolean
    /** Wall time of the newest skipped slot; absent for a trigger. */
    readonly scheduledAt: number | undefined
    /** Why the host of an external task skipped the run. */
    readonly detail?: string | undefined
  }
  /** Slots were not started in time by the process, the fleet, or the host of an external task. */
  'run.missed': TaskEventBase & {
    readonly count: number
    /** True if `count` is a lower bound. */
    readonly atLeast: boolean
    /** Wall times of the oldest and the newest missed slot. */
    readonly from: number
    readonly to: number
  }
  /** A unit of work inside a run has ended. */
  'unit.ended': RunEventBase & {
    readonly unit: string
    readonly outcome: UnitOutcome
    readonly durationMs: number
    readonly error: Error | undefined
  }

  'restart.scheduled': TaskEventBase & {
    readonly cause: RestartCause
    /** The whole delay, with `spacedMs`. */
    readonly delayMs: number
    /** The part of the delay that separates restarts of several tasks. */
    readonly spacedMs: number
    /** Consecutive restarts before this one. */
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
    /** Wall time at which the problem began. */
    readonly since: number
  }
  /** An episode ended: the rule finds no problem any more or is no longer evaluated. */
  'rule.closed': TaskEventBase & {
    readonly rule: string
    readonly episode: number
    readonly value: number
    readonly limit: number
    readonly since: number
    /** Only `'cleared'` says that the problem is over. */
    readonly cause: 'cleared' | 'stopped' | 'unregistered' | 'rescheduled'
  }
  'rule.failed': TaskEventBase & {
    readonly rule: string
    readonly error: Error
  }

  /** The supervisor counted its tasks by state and health. */
  'monitor.ticked': BaseEvent & {
    /** Wall time at which the tick began. */
    readonly startedAt: number
    /** How long the tick took. */
    readonly tookMs: number
    readonly tasks: number
    readonly byState: Readonly<Record<TaskState, number>>
    readonly byHealth: Readonly<Record<HealthStatus, number>>
    readonly byCategory: Readonly<Record<string, number>>
    readonly byPriority: Readonly<Record<Priority, number>>
    readonly health: HealthStatus
    readonly live: boolean
    readonly ready: boolean
    /** Tasks whose state or health changed since the last tick, at most 100. */
    readonly changed: readonly string[]
    /** Restarts that rules requested since the last tick, at most 100. */
    readonly recoveries: readonly {
      readonly task: string
      readonly rule: string
      readonly refused: RestartRefusal | undefined
    }[]
  }
  /** The supervisor's timer was overdue and was armed again. */
  'monitor.stalled': BaseEvent & { readonly overdueMs: number }
  /** Something blocked the event loop. */
  'loop.blocked': BaseEvent & {
    /** How late the event loop was, without up to 25 ms at the beginning of the block. */
    readonly ms: number
    /** The task that most likely blocked the event loop; absent without enough evidence. */
    readonly suspect:
      | { readonly task: string; readonly score: number; readonly by: 'measured' | 'correlated' }
      | undefined
    /**
     * How long each task blocked the event loop before its first `await`, longest first; at most 20. Empty if
     * something else caused most of the block.
     */
    readonly measured: readonly { readonly task: string; readonly ms: number }[]
    /** Active tasks, at most 20. */
    readonly active: readonly string[]
  }
  /** The store of the fleet can't be reached. Slots wait; active runs continue. */
  'fleet.down': BaseEvent & { readonly fleet: string; readonly error: Error }
  'fleet.up': BaseEvent & { readonly fleet: string; readonly downMs: number }
  'clock.jumped': BaseEvent & {
    /** How far the wall clock jumped; negative if it was set back. */
    readonly deltaMs: number
    /**
     * `gap`: the machine slept, or the clock was set by less than 3 h. Due slots run within `catchUp`.
     * `correction`: the clock was set by 3 h or more. Slots in between run only with `catchUp` or `misfire: {
     * all: n }`.
     */
    readonly treatedAs: 'correction' | 'gap'
  }

  'shutdown.started': BaseEvent & {
    readonly reason: string
    readonly deadlineMs: number
    /** The tasks to stop by priority, in order. */
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

  /**
   * An observer threw or did not call `next`. Sent to other observers, at most once a minute per observer.
   */
  'observer.failed': BaseEvent & {
    readonly observer: string
    readonly method: 'onEvent' | 'aroundRun' | 'captureCaller' | 'onAnnotate' | 'onSupervisor' | 'flush'
    readonly error: Error
  }
}

export type SupervisorEventType = keyof SupervisorEvents
/** Any event of a supervisor. */
export type SupervisorEvent = {
  [Type in SupervisorEventType]: { readonly type: Type } & SupervisorEvents[Type]
}[SupervisorEventType]
/** For instance `EventOf<'run.ended'>`. */
export type EventOf<Type extends SupervisorEventType> = Extract<SupervisorEvent, { type: Type }>
/** Events about one task. */
export type TaskEvent = Extract<SupervisorEvent, { task: string }>
/** Events about one run. */
export type RunEvent = Extract<SupervisorEvent, { runId: string; trigger: Trigger }>
