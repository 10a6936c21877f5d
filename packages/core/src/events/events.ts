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
 * The fields of each event type, without the field `type`. All fields are plain data, except for `error`. Durations
 * are in milliseconds. Wall times are in milliseconds since 1970.
 */
export interface SupervisorEvents {
  'task.registered': TaskEventBase
  'task.unregistered': TaskEventBase
  /**
   * From now on, the schedule of the task can start runs: the supervisor started, or the task was registered with a
   * started supervisor.
   */
  'task.started': TaskEventBase & {
    /**
     * Wall time of the first planned run. `undefined` if no run is planned, for example because the task is paused.
     */
    readonly firstRunAt?: number | undefined
  }
  /**
   * From now on, the task starts no run by itself. After the reasons `finished` and `gave-up`, `restart()` can start
   * it again. After `finished`, `reschedule()` can, too.
   */
  'task.stopped': TaskEventBase & {
    /** `finished`: the task has no further runs, for example because a task with `schedules.once` has succeeded. */
    readonly reason: 'stop' | 'unregistered' | 'finished' | 'gave-up'
  }
  /** The task was paused, or the end or the reason of its pause was changed. */
  'task.paused': TaskEventBase & {
    readonly reason: string | undefined
    /** Wall time at which the pause ends automatically. Absent if only `resume()` ends the pause. */
    readonly until?: number | undefined
  }
  /**
   * `asked`: `resume()` was called, perhaps in another process of the fleet, or the host resumed the task. `until`:
   * the pause ended automatically.
   */
  'task.resumed': TaskEventBase & { readonly cause: 'asked' | 'until' }
  /** A method such as `pause()` was called with the option `by` or `reason`. */
  'control.performed': TaskEventBase & {
    readonly control: 'trigger' | 'pause' | 'resume' | 'restart' | 'reschedule' | 'abort' | 'unregister'
    /** Who called the method: a user or a program. */
    readonly by: string | undefined
    /** The reason that the caller gave. */
    readonly reason: string | undefined
    /**
     * - `done`: the call has taken effect, or the host or the fleet was asked to start the run.
     * - `unchanged`: there was nothing to do.
     * - `queued`: the run of a `trigger()` will start when an active run has ended.
     *
     * Any other value is the reason why the task refused the call.
     */
    readonly result: 'done' | 'unchanged' | RefusalReason | RestartRefusal
    /** Only for the control `abort`: the id of the run that was aborted. */
    readonly runId: string | undefined
  }
  'task.rescheduled': TaskEventBase & {
    readonly schedule: ScheduleInfo
    /** Wall time of the first run of the new schedule. `undefined` if no run is planned or the time is unknown. */
    readonly firstRunAt?: number | undefined
  }
  /** A loop used up its restart budget, or a trial of the parked loop failed. The loop will be retried later. */
  'task.parked': TaskEventBase & {
    readonly cause: RestartCause
    /** The health rule that asked for the restart. Only for the cause `unhealthy`. */
    readonly rule?: string | undefined
    /** How often the loop was parked since its last stable run, `restart()` or `resume()`, including this time. */
    readonly parks: number
    /** Wall time at which the task is retried. */
    readonly trialAt: number
    readonly error: Error | undefined
  }
  /**
   * A loop is not restarted any more. Its restart budget is used up, or its option `restart` does not allow a
   * restart.
   */
  'task.gave-up': TaskEventBase & {
    readonly cause: RestartCause
    /** The health rule that asked for the restart. Only for the cause `unhealthy`. */
    readonly rule?: string | undefined
    readonly how: Exclude<ExhaustionMode, 'park'>
    readonly restarts: number
    readonly withinMs: number
    readonly error: Error | undefined
  }
  /** A run does not end although its signal was aborted, and blocks the next run. */
  'task.stuck': TaskEventBase & {
    readonly runId: string
    readonly ageMs: number
  }

  'run.started': RunEventBase & {
    /**
     * How late the run started after its slot. A planned delay, such as `jitter`, does not count. `undefined` if the
     * run has no slot.
     */
    readonly latenessMs: number | undefined
    /** Why the run was late. `undefined` if it was late by less than 50 ms, or if the cause is unknown. */
    readonly lateCause: LateCause | undefined
    /** The number of this run among all runs of the task in this process, from 1. */
    readonly generation: number
  }
  /**
   * A run of a loop called `ready()`, called `beat()` for the first time, or ended its first unit. For an external
   * loop, `up()` was called. Emitted at most once per run.
   */
  'run.ready': RunEventBase & {
    readonly how: 'ready' | 'beat'
    readonly afterMs: number
  }
  /** An attempt failed or timed out, and another attempt of the same run is planned. */
  'run.retried': RunEventBase & {
    readonly delayMs: number
    readonly error: Error | undefined
  }
  'run.ended': RunEventBase & {
    readonly outcome: Outcome
    /** Wall time. */
    readonly startedAt: number
    readonly durationMs: number
    /**
     * How long the function blocked the event loop before its first `await`. With retries: the longest of all
     * attempts.
     */
    readonly syncMs: number
    readonly latenessMs: number | undefined
    readonly generation: number
    /**
     * The error that the function threw, or the error of a timeout. If the function threw something that is not an
     * `Error`, this value is converted to an `Error`.
     */
    readonly error: Error | undefined
    /** Why the supervisor aborted the run. `undefined` if the run was not aborted. */
    readonly abortedFor: AbortCause | undefined
    /** The health rule that aborted the run, to restart the task. `undefined` if no rule did. */
    readonly rule?: string | undefined
    readonly lastBeatAt: number | undefined
    /**
     * The call that waited for the end of this run when the run was abandoned. Perhaps the run itself made this call
     * and waited for its result. Then the run could not end.
     */
    readonly waitingCall?: `task.${'unregister' | 'restart' | 'trigger'}()` | 'supervisor.stop()' | undefined
  }
  /**
   * Another process of the fleet lost a run, and this process starts a new run instead. The fields describe the lost
   * run.
   */
  'run.lost': RunEventBase & {
    /**
     * The id of the process that lost the run. If that process is still alive, it also reports the end of the run.
     */
    readonly instanceId: string
    /** Wall time by the clock of the process that lost the run. */
    readonly startedAt: number
    /** The id of the run that this process starts instead. */
    readonly nextRunId: string
  }
  /** The function of an abandoned run has ended. The outcome of the run stays `abandoned`. */
  'run.settled-late': RunEventBase & {
    readonly ageMs: number
    readonly error: Error | undefined
  }
  /** One or more slots, or a trigger, started no run. The field `reason` says why. */
  'run.skipped': TaskEventBase & {
    readonly reason: SkipReason
    readonly count: number
    /** True if the real number may be higher than `count`. */
    readonly atLeast: boolean
    /** Wall time of the newest skipped slot. `undefined` if no slot was skipped, for example for a trigger. */
    readonly scheduledAt: number | undefined
    /** The reason that the host of an external task gave for the skip. */
    readonly detail?: string | undefined
  }
  /** For one or more slots, no run started in time. */
  'run.missed': TaskEventBase & {
    readonly count: number
    /** True if the real number may be higher than `count`. */
    readonly atLeast: boolean
    /**
     * Wall times of the oldest and the newest missed slot. For an external task without slots: when the host reported
     * the missed runs.
     */
    readonly from: number
    readonly to: number
    /**
     * Why no run started in time.
     *
     * - `blocked`: the event loop was blocked, or the machine slept.
     * - `clock-jumped`: the wall clock jumped forward over the slot, because the machine slept or the clock was set.
     * - `already-due`: the slot was in the past when this process planned it, for example after `lastSlot()`.
     * - `host`: the host of the external task did not run it.
     * - `fleet`: no process of the fleet ran it.
     */
    readonly cause: 'blocked' | 'clock-jumped' | 'already-due' | 'host' | 'fleet'
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
    /** The health rule that asked for the restart. Only for the cause `unhealthy`. */
    readonly rule?: string | undefined
    /** The whole delay before the restart, including `spacedMs`. */
    readonly delayMs: number
    /** The part of the delay that separates restarts that are due at the same time. */
    readonly spacedMs: number
    /** The number of consecutive restarts before this restart. */
    readonly streak: number
    /** Wall time of the restart. */
    readonly dueAt: number
    readonly error: Error | undefined
  }
  'restart.refused': TaskEventBase & {
    readonly cause: RestartCause
    /** The health rule that asked for the restart. Only for the cause `unhealthy`. */
    readonly rule?: string | undefined
    readonly reason: RestartRefusal
  }

  'health.changed': TaskEventBase & {
    readonly from: HealthStatus
    readonly to: HealthStatus
    readonly health: TaskHealth
  }
  'health.flapping': TaskEventBase & { readonly changes: number }
  'health.settled': TaskEventBase & { readonly changes: number }
  /** A rule found a problem, and an episode of this rule begins. */
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
  /** An episode ended. The problem is over, or the rule is no longer evaluated. */
  'rule.closed': TaskEventBase & {
    readonly rule: string
    readonly episode: number
    readonly value: number
    readonly limit: number
    readonly since: number
    /** `cleared`: the problem is over. After any other cause, the problem may still exist. */
    readonly cause: 'cleared' | 'stopped' | 'unregistered' | 'rescheduled'
  }
  'rule.failed': TaskEventBase & {
    readonly rule: string
    readonly error: Error
  }

  /** The supervisor has counted its tasks by state and by health. */
  'monitor.ticked': BaseEvent & {
    /** Wall time at which the count began. */
    readonly startedAt: number
    /** How long the count took, in milliseconds. */
    readonly tookMs: number
    readonly tasks: number
    readonly byState: Readonly<Record<TaskState, number>>
    readonly byHealth: Readonly<Record<HealthStatus, number>>
    readonly byCategory: Readonly<Record<string, number>>
    readonly byPriority: Readonly<Record<Priority, number>>
    readonly health: HealthStatus
    readonly live: boolean
    readonly ready: boolean
    /**
     * Tasks whose state or health has changed since the last `monitor.ticked`. A change between `waiting` and
     * `running` does not count. If more than 100 tasks have changed, the array has only the first 100 names.
     */
    readonly changed: readonly string[]
    /**
     * Restarts that rules have requested since the last `monitor.ticked`. If there were more than 100 requests, the
     * array has only the first 100.
     */
    readonly recoveries: readonly {
      readonly task: string
      readonly rule: string
      readonly refused: RestartRefusal | undefined
    }[]
  }
  /** The timer of the supervisor was overdue by at least 5 s, so the supervisor set it again. */
  'monitor.stalled': BaseEvent & { readonly overdueMs: number }
  /** Something blocked the event loop. */
  'loop.blocked': BaseEvent & {
    /**
     * How long the event loop was blocked, in milliseconds. Up to 25 ms at the beginning of the block are not
     * included.
     */
    readonly ms: number
    /** The task that most likely blocked the event loop. `undefined` if no task is a probable cause. */
    readonly suspect:
      | { readonly task: string; readonly score: number; readonly by: 'measured' | 'correlated' }
      | undefined
    /**
     * How long runs of each task blocked the event loop before their first `await`. At most 20 tasks, the longest
     * time first.
     *
     * Empty if all these times together are less than half of the block.
     */
    readonly measured: readonly { readonly task: string; readonly ms: number }[]
    /** Tasks that had active runs during the block, at most 20. */
    readonly active: readonly string[]
  }
  /** The store of the fleet can't be reached. Slots wait for the store; active runs continue. */
  'fleet.down': BaseEvent & { readonly fleet: string; readonly error: Error }
  'fleet.up': BaseEvent & { readonly fleet: string; readonly downMs: number }
  'clock.jumped': BaseEvent & {
    /** By how much the wall clock jumped. Negative if the clock was set back. */
    readonly deltaMs: number
    /**
     * - `gap`: the machine slept, or the clock was set by less than 3 h. A slot that the clock skipped can run if it
     * is late by at most `catchUp`.
     * - `correction`: the clock was set by 3 h or more. A slot that the clock skipped can run only if the schedule
     * has `catchUp` or misfire `{ all: n }`.
     *
     * On systems other than Linux, Runwell can't recognise sleep. There, a jump forward is a `gap` if it is shorter
     * than 26 h.
     */
    readonly treatedAs: 'correction' | 'gap'
  }

  'shutdown.started': BaseEvent & {
    readonly reason: string
    readonly deadlineMs: number
    /**
     * The tasks that will be stopped, by priority. The first entry is stopped first. If a task depends on a task of a
     * lower priority, both are listed with the higher priority.
     */
    readonly plan: readonly { readonly priority: Priority; readonly tasks: readonly string[] }[]
  }
  'shutdown.class-ended': BaseEvent & {
    readonly priority: Priority
    readonly tookMs: number
    readonly tasks: readonly string[]
    readonly abandoned: readonly string[]
  }
  /**
   * The last event of a supervisor. Only two events can follow: `run.settled-late`, and `observer.failed` for a
   * failed flush.
   */
  'shutdown.ended': BaseEvent & { readonly report: ShutdownReport }

  /**
   * An observer threw an error, a promise that it returned has rejected, or its `aroundRun` did not call `next`.
   *
   * The other observers receive this event at most once a minute for each failing observer.
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
/** The event of one type, for example `EventOf<'run.ended'>`. */
export type EventOf<Type extends SupervisorEventType> = Extract<SupervisorEvent, { type: Type }>
/** Events about one task. */
export type TaskEvent = Extract<SupervisorEvent, { task: string }>
/** Events about one run. */
export type RunEvent = Extract<SupervisorEvent, { runId: string; trigger: Trigger }>
