import type { Priority, RestartRefusal, TaskState } from '../base/words.ts'
import type { HealthStatus } from '../health/status.ts'
import type { ShutdownReport } from '../shutdown/report.ts'
import type { BaseEvent } from './base-event.ts'

/** Events about the whole process: its event loop, clock, fleet, observers and shutdown. */
export interface ProcessEventFields {
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
    /** True if the block began in the first 5 s after `start()`, while a service usually still loads modules. */
    readonly atStartup?: boolean | undefined
  }
  /** The supervisor starts as a process of a fleet. The logs of the other processes name it by its `instanceId`. */
  'fleet.joined': BaseEvent & { readonly fleet: string; readonly instanceId: string }
  /**
   * This process can't use the store of the fleet, for example because it can't be reached. Slots wait for the store;
   * active runs continue.
   */
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
