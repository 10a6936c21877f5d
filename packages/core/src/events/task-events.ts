import type { ScheduleInfo } from '../base/schedule-info.ts'
import type { RefusalReason, RestartCause, RestartRefusal } from '../base/words.ts'
import type { RuleStatus } from '../health/rule.ts'
import type { HealthStatus, TaskHealth } from '../health/status.ts'
import type { ExhaustionMode } from '../restart/policy.ts'
import type { TaskEventBase } from './base-event.ts'

/** Events about a task as a whole: its controls, restarts and health. */
export interface TaskEventFields {
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
  /**
   * In a fleet: this process does not run the task, because another process has a newer definition of it. Or this
   * process runs the task again.
   */
  'task.overruled': TaskEventBase & {
    /** The process with the newer definition. `undefined` if the definition of this process counts again. */
    readonly overruledBy:
      | { readonly instanceId: string; readonly version: string | undefined; readonly schedule: string }
      | undefined
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
}
