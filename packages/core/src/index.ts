export type { Clock, ClockTimer, Stall } from './clock.ts'
export { SystemClock } from './clock.ts'
export type { Duration, DurationUnit } from './duration.ts'
export { duration } from './duration.ts'
export type { AbortCause, RunwellErrorCode } from './errors.ts'
export {
  DuplicateTaskError,
  InvalidOptionError,
  NotAnErrorError,
  RunAbortedError,
  RunFailedError,
  RunTimedOutError,
  RunwellError,
  UnknownTaskError,
  WrongStateError,
} from './errors.ts'
export type {
  Annotations,
  ClockJumped,
  EventOf,
  HealthChanged,
  HealthFlapping,
  HealthSettled,
  LoopBlocked,
  MonitorStalled,
  MonitorTicked,
  ObserverFailed,
  RestartRefused,
  RestartScheduled,
  RuleClosed,
  RuleFailed,
  RuleOpened,
  RunEnded,
  RunEvent,
  RunMissed,
  RunReady,
  RunRetried,
  RunSettledLate,
  RunSkipped,
  RunStarted,
  ShutdownClassEnded,
  ShutdownEnded,
  ShutdownStarted,
  SupervisorEvent,
  SupervisorEventType,
  TaskEvent,
  TaskGaveUp,
  TaskParked,
  TaskPaused,
  TaskRegistered,
  TaskRescheduled,
  TaskResumed,
  TaskStarted,
  TaskStopped,
  TaskStuck,
  TaskUnregistered,
  UnitEnded,
} from './events.ts'
export type { TaskFacts } from './health/facts.ts'
export type { Finding, HealthRule, Judgement, RuleLifeOptions, RuleStatus, UserRule } from './health/rule.ts'
export type { HealthReason, HealthStatus, TaskHealth } from './health/status.ts'
export { healthStatuses } from './health/status.ts'
export type { Distribution, TaskMetrics } from './metrics/task-metrics.ts'
export type { Observer, RunResult, RunScope } from './observer.ts'
export type { Backoff, RestartOptions, RestartPolicy } from './restart/policy.ts'
export type { RetryPolicy } from './restart/retry.ts'
export type { RunContext } from './run/context.ts'
export type { Misfire, Schedule } from './schedule/schedule.ts'
export type { AbandonedRun, ShutdownReport, StopOptions } from './shutdown/report.ts'
export type {
  Outcome,
  Overlap,
  Priority,
  RefusalReason,
  RestartCause,
  RestartRefusal,
  ScheduleInfo,
  Scope,
  SkipReason,
  Slo,
  TaskBehavior,
  TaskInfo,
  TaskOptions,
  TaskStateName,
  TraceOption,
  Trigger,
} from './task.ts'
export { outcomes, priorities, restartCauses, scopes, skipReasons, taskStates, triggers } from './task.ts'
export type {
  ActiveRun,
  ErrorRecord,
  RunRecord,
  SupervisorReport,
  SupervisorView,
  TaskReport,
  TaskView,
} from './view.ts'
