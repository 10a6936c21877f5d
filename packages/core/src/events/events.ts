import type { ScheduleInfo } from '../base/schedule-info.ts'
import type { Priority, RestartCause, RestartRefusal, TaskState, Trigger } from '../base/words.ts'
import type { RuleStatus } from '../health/rule.ts'
import type { HealthStatus, TaskHealth } from '../health/status.ts'
import type { ExhaustionMode } from '../restart/policy.ts'
import type { ShutdownReport } from '../shutdown/report.ts'
import type {
  BaseEvent,
  RunEnded,
  RunMissed,
  RunReady,
  RunRetried,
  RunSettledLate,
  RunSkipped,
  RunStarted,
  TaskEventBase,
  UnitEnded,
} from './run-events.ts'

export type {
  Annotations,
  RunEnded,
  RunMissed,
  RunReady,
  RunRetried,
  RunSettledLate,
  RunSkipped,
  RunStarted,
  UnitEnded,
} from './run-events.ts'

export interface TaskRegistered extends TaskEventBase {
  readonly type: 'task.registered'
}
export interface TaskUnregistered extends TaskEventBase {
  readonly type: 'task.unregistered'
}
/** The task is armed: the supervisor was started, or the task was registered in a started one. */
export interface TaskStarted extends TaskEventBase {
  readonly type: 'task.started'
}
/** No run of the task will begin any more. */
export interface TaskStopped extends TaskEventBase {
  readonly type: 'task.stopped'
  /** `finished`: it has done all it was registered for. */
  readonly reason: 'stop' | 'unregistered' | 'finished' | 'gave-up'
}
export interface TaskPaused extends TaskEventBase {
  readonly type: 'task.paused'
  readonly reason: string | undefined
}
export interface TaskResumed extends TaskEventBase {
  readonly type: 'task.resumed'
}
export interface TaskRescheduled extends TaskEventBase {
  readonly type: 'task.rescheduled'
  readonly schedule: ScheduleInfo
}
/** Its restart budget is exhausted: given up for now, with a trial at `trialAt`. */
export interface TaskParked extends TaskEventBase {
  readonly type: 'task.parked'
  readonly cause: RestartCause
  /** 1 for the first time, and one more for each trial that failed. */
  readonly parks: number
  /** Wall time of the next trial. */
  readonly trialAt: number
  readonly error: Error | undefined
}
/** Its restart budget is exhausted, for good. */
export interface TaskGaveUp extends TaskEventBase {
  readonly type: 'task.gave-up'
  readonly cause: RestartCause
  readonly how: Exclude<ExhaustionMode, 'park'>
  readonly restarts: number
  readonly withinMs: number
  readonly error: Error | undefined
}
/** A run ignores its aborted signal, and the next one may not start beside it. */
export interface TaskStuck extends TaskEventBase {
  readonly type: 'task.stuck'
  readonly runId: string
  readonly ageMs: number
}

export interface RestartScheduled extends TaskEventBase {
  readonly type: 'restart.scheduled'
  readonly cause: RestartCause
  /** Whole wait, `spacedMs` included. */
  readonly delayMs: number
  /** Added so that restarts due together do not fall together. */
  readonly spacedMs: number
  /** Restarts in a row before this one. */
  readonly streak: number
  /** Wall time. */
  readonly dueAt: number
  readonly error: Error | undefined
}
export interface RestartRefused extends TaskEventBase {
  readonly type: 'restart.refused'
  readonly cause: RestartCause
  readonly reason: RestartRefusal
}

export interface HealthChanged extends TaskEventBase {
  readonly type: 'health.changed'
  readonly from: HealthStatus
  readonly to: HealthStatus
  readonly health: TaskHealth
}
export interface HealthFlapping extends TaskEventBase {
  readonly type: 'health.flapping'
  readonly changes: number
}
export interface HealthSettled extends TaskEventBase {
  readonly type: 'health.settled'
  readonly changes: number
}
/** A rule has found something, and its episode opens. */
export interface RuleOpened extends TaskEventBase {
  readonly type: 'rule.opened'
  readonly rule: string
  readonly episode: number
  readonly status: RuleStatus
  readonly value: number
  readonly limit: number
  readonly reason: string
  /** Wall time of the first bad sample, at or before `at`. */
  readonly since: number
}
export interface RuleClosed extends TaskEventBase {
  readonly type: 'rule.closed'
  readonly rule: string
  readonly episode: number
  readonly value: number
  readonly limit: number
  readonly since: number
}
export interface RuleFailed extends TaskEventBase {
  readonly type: 'rule.failed'
  readonly rule: string
  readonly error: Error
}

/** The supervisor took taskCounts. */
export interface MonitorTicked extends BaseEvent {
  readonly type: 'monitor.ticked'
  /** Wall time at which the work of the tick began, and how long it took. */
  readonly startedAt: number
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
  /** Restarts that rules asked for since the last tick. */
  readonly recoveries: readonly {
    readonly task: string
    readonly rule: string
    readonly refused: RestartRefusal | undefined
  }[]
}
/** The timer of the supervisor was overdue, and its watchdog has armed it anew. */
export interface MonitorStalled extends BaseEvent {
  readonly type: 'monitor.stalled'
  readonly overdueMs: number
}
/** The event loop was held. */
export interface LoopBlocked extends BaseEvent {
  readonly type: 'loop.blocked'
  /** By so much it was late. The first 25 ms of a hold, or less, are not in it. */
  readonly ms: number
  /** The task that most likely did it, where the blockStats suffices; of several in `held` the first. */
  readonly suspect: { readonly task: string; readonly score: number; readonly by: 'sync' | 'lag' } | undefined
  /**
   * How long each task held it before its first `await`, as measured; the longest first, at most 20. Empty where most of it
   * was something else.
   */
  readonly held: readonly { readonly task: string; readonly ms: number }[]
  /** Tasks that were active, at most 20. */
  readonly active: readonly string[]
}
export interface ClockJumped extends BaseEvent {
  readonly type: 'clock.jumped'
  /** Wall time moved by so much more than monotonic time. */
  readonly deltaMs: number
  /** `correction`: 3 h or more, wall-clock schedules start afresh. `gap`: slots in it are missed, none is repeated. */
  readonly treatedAs: 'correction' | 'gap'
}

export interface ShutdownStarted extends BaseEvent {
  readonly type: 'shutdown.started'
  readonly reason: string
  readonly deadlineMs: number
  /** What will be stopped, class by class. */
  readonly plan: readonly { readonly priority: Priority; readonly tasks: readonly string[] }[]
}
export interface ShutdownClassEnded extends BaseEvent {
  readonly type: 'shutdown.class-ended'
  readonly priority: Priority
  readonly tookMs: number
  readonly tasks: readonly string[]
  readonly abandoned: readonly string[]
}
/** The last event, but for `run.settled-late`, and for the `observer.failed` of a flush. */
export interface ShutdownEnded extends BaseEvent {
  readonly type: 'shutdown.ended'
  readonly report: ShutdownReport
}

/** An observer threw, or did not call `next`. BaseEvent to the others, at most once a minute for each observer. */
export interface ObserverFailed extends BaseEvent {
  readonly type: 'observer.failed'
  readonly observer: string
  readonly method: 'onEvent' | 'aroundRun' | 'onSupervisor' | 'flush'
  readonly error: Error
}

/** Everything a supervisor tells. Each is plain data; `docs/events.md` has them in a table. */
export type SupervisorEvent =
  | TaskRegistered
  | TaskUnregistered
  | TaskStarted
  | TaskStopped
  | TaskPaused
  | TaskResumed
  | TaskRescheduled
  | TaskParked
  | TaskGaveUp
  | TaskStuck
  | RunStarted
  | RunReady
  | RunRetried
  | RunEnded
  | RunSettledLate
  | RunSkipped
  | RunMissed
  | UnitEnded
  | RestartScheduled
  | RestartRefused
  | HealthChanged
  | HealthFlapping
  | HealthSettled
  | RuleOpened
  | RuleClosed
  | RuleFailed
  | MonitorTicked
  | MonitorStalled
  | LoopBlocked
  | ClockJumped
  | ShutdownStarted
  | ShutdownClassEnded
  | ShutdownEnded
  | ObserverFailed

export type SupervisorEventType = SupervisorEvent['type']
/** The event of one type. */
export type EventOf<Type extends SupervisorEventType> = Extract<SupervisorEvent, { type: Type }>
/** Events of one task. */
export type TaskEvent = Extract<SupervisorEvent, { task: string }>
/** Events of one run. */
export type RunEvent = Extract<SupervisorEvent, { runId: string; trigger: Trigger }>
