import type { ErrorRecord } from '../base/error-record.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { Outcome, Priority, TaskState, Trigger } from '../base/words.ts'
import type { Annotations } from '../events/base-event.ts'
import type { HealthStatus, TaskHealth } from '../health/status.ts'
import type { RunRecord } from '../metrics/run-record.ts'
import type { TaskMetrics } from '../metrics/task-metrics.ts'
import type { ShutdownReport } from '../shutdown/report.ts'

/** An active run, or an abandoned run whose function is still running. */
export interface ActiveRun {
  readonly runId: string
  readonly trigger: Trigger
  readonly attempt: number
  readonly generation: number
  /** Wall time in milliseconds since 1970. */
  readonly startedAt: number
  readonly scheduledAt: number | undefined
  readonly ageMs: number
  readonly lastBeatAt: number | undefined
  /** At most 200 characters. */
  readonly lastBeatNote: string | undefined
  readonly abandoned: boolean
  readonly annotations: Annotations | undefined
}

/** The state of a task. It can only be read. Times are wall time in milliseconds since 1970. */
export interface TaskView {
  readonly name: string
  readonly info: TaskInfo
  readonly owner: string
  readonly category: string
  readonly priority: Priority
  readonly state: TaskState
  readonly paused: boolean
  readonly pausedAt: number | undefined
  /** When the pause ends by itself. Absent if only `resume()` ends the pause. */
  readonly pausedUntil: number | undefined
  readonly pauseReason: string | undefined
  /** The option `by` of the call that paused the task. */
  readonly pausedBy: string | undefined
  /** When the next run is due by the schedule. */
  readonly nextRunAt: number | undefined
  /** When the next restart of a loop, or the next trial of a parked loop, is due. */
  readonly nextRestartAt: number | undefined
  readonly lastRun: RunRecord | undefined
  /** What this process knows about the task in all processes. Absent if the task belongs to no fleet. */
  readonly fleet?:
    | {
        readonly name: string
        /** Whether this process can use the store of the fleet. */
        readonly isUp: boolean
        /** If this process can't use the store: since when, and why. Absent while it can use the store. */
        readonly down?: { readonly at: number; readonly error: string } | undefined
        /** The id of this process. */
        readonly instanceId: string
        /** The run that ended last, in any process. */
        readonly lastRun:
          | {
              readonly instanceId: string
              readonly runId: string
              readonly outcome: Outcome
              readonly startedAt: number
              readonly endedAt: number
              readonly slot: number | undefined
              readonly attempt: number
            }
          | undefined
        /** The active runs in all processes. The list may be one or two seconds old. */
        readonly running: readonly {
          readonly instanceId: string
          readonly runId: string
          readonly attempt: number
          readonly startedAt: number
          readonly slot: number | undefined
        }[]
        readonly lastSuccessAt: number | undefined
        /** The processes that have registered the task, and their definitions of the task. */
        readonly members: readonly {
          readonly instanceId: string
          readonly version: string | undefined
          readonly startedAt: number
          readonly schedule: string
          /** True if this member does not run the task, because another process has a newer definition. */
          readonly isOverruled: boolean
        }[]
        /** If this process does not run the task: the process that has a newer definition. */
        readonly overruledBy:
          | { readonly instanceId: string; readonly version: string | undefined; readonly schedule: string }
          | undefined
      }
    | undefined
  /** The active runs, and the abandoned runs whose function is still running. Oldest first. */
  active(): readonly ActiveRun[]
  /** The metrics so far. The next event changes the returned object, so copy what you need. */
  metrics(): TaskMetrics
  health(): TaskHealth
  /**
   * Returns the runs that are kept in the history, the newest first.
   * @param limit - how many runs to return at most, by default all
   * @throws `InvalidOptionError` unless `limit` is 0 or a positive number
   */
  history(limit?: number): readonly RunRecord[]
  /**
   * Returns the next slots of the schedule, the first one first. The times do not include jitter and spread. Empty for
   * schedules without slots, such as `loop` and `manual`. For `delay`, only the next slot is known.
   * @param limit - how many slots to return at most; default: 5
   * @throws `InvalidOptionError` unless `limit` is a whole number from 0 to 10,000
   */
  nextSlots(limit?: number): readonly number[]
  /**
   * The newest slot whose run should have succeeded by now. `undefined`, for example, for loops and manual tasks, and
   * while the task is paused or on standby. In a fleet, a success in any process counts.
   *
   * If no slot needs another success, for example after a pause, the time is not later than the last success. For a
   * fixed delay, the slot is only estimated: the time may be too early, by at most one period and the time that a run
   * may take. It is `undefined` while no such slot is known.
   */
  successDueAt(): number | undefined
  /**
   * How many restarts the budget of a loop still allows now. 0 while the loop is parked or given up. `undefined` for
   * other tasks.
   */
  restartsLeft(): number | undefined
}

/**
 * A view of a supervisor that can only be read. For observers that read values from time to time instead of receiving
 * events.
 */
export interface SupervisorView {
  /** The name of the supervisor, `'default'` unless set. */
  readonly name: string
  /** Unique for each supervisor, also among several processes. Begins with the option `instanceName`. */
  readonly instanceId: string
  readonly startedAt: number | undefined
  /** Returns the wall time in milliseconds since 1970, from the supervisor's clock. */
  now(): number
  tasks(): Iterable<TaskView>
  task(name: string): TaskView | undefined
  /**
   * `unhealthy` if a critical task is unhealthy. Otherwise `degraded` if any task is degraded or unhealthy. Otherwise
   * `unknown` if the health of a critical task, or of all tasks, is unknown. Otherwise `healthy`, also without tasks.
   */
  health(): HealthStatus
  live(): { readonly ok: boolean; readonly reasons: readonly string[] }
  ready(): { readonly ok: boolean; readonly reasons: readonly string[] }
  report(): SupervisorReport
}

/**
 * Counts in a report: of runs, of skipped and missed runs, and of restarts. For a task: since it was registered. In
 * `totals`: the sums of all tasks in the report.
 */
export interface RunCounts {
  readonly started: number
  readonly succeeded: number
  readonly failed: number
  readonly timedOut: number
  readonly cancelled: number
  readonly abandoned: number
  readonly skipped: number
  readonly missed: number
  readonly restarts: number
}

/** The state of a supervisor and of its tasks at one instant. It is plain data that can be written as JSON. */
export interface SupervisorReport {
  readonly name: string
  readonly instanceId: string
  readonly at: number
  readonly startedAt: number | undefined
  readonly phase: 'new' | 'started' | 'draining' | 'stopping' | 'stopped'
  readonly health: HealthStatus
  readonly live: { readonly ok: boolean; readonly reasons: readonly string[] }
  readonly ready: { readonly ok: boolean; readonly reasons: readonly string[] }
  readonly totals: RunCounts & { readonly tasks: number }
  readonly byState: Readonly<Record<TaskState, number>>
  readonly byHealth: Readonly<Record<HealthStatus, number>>
  readonly byCategory: Readonly<Record<string, number>>
  readonly byPriority: Readonly<Record<Priority, number>>
  /** The attached observers. `faults` counts how often the observer has thrown, rejected or not called `next`. */
  readonly observers: readonly { readonly name: string; readonly faults: number }[]
  /**
   * The values of `RUNWELL_DISABLED`, `RUNWELL_TASKS_DISABLED` and `RUNWELL_STOP_DEADLINE`. Variables that are not
   * set are left out.
   */
  readonly environment: Readonly<Record<string, string>>
  readonly shutdown: ShutdownReport | undefined
  readonly tasks: readonly TaskReport[]
}

/** One task in a report. */
export interface TaskReport {
  readonly name: string
  readonly owner: string
  readonly category: string
  readonly priority: Priority
  readonly schedule: string
  readonly state: TaskState
  readonly paused: boolean
  readonly pausedUntil: number | undefined
  readonly nextRunAt: number | undefined
  readonly nextRestartAt: number | undefined
  readonly health: TaskHealth
  readonly runs: RunCounts & { readonly active: number; readonly consecutiveFailures: number }
  readonly durationMs: {
    readonly p50: number | undefined
    readonly p95: number | undefined
    readonly p99: number | undefined
  }
  readonly lastSuccessAt: number | undefined
  readonly lastFailureAt: number | undefined
  readonly lastError: ErrorRecord | undefined
}
