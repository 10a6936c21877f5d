export type { Clock, ClockTimer } from './base/clock.ts'
export { SystemClock } from './base/clock.ts'
export type { Duration } from './base/duration.ts'
export { duration } from './base/duration.ts'
export type { ErrorRecord } from './base/error-record.ts'
export type { AbortCause, RunwellErrorCode } from './base/errors.ts'
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
} from './base/errors.ts'
export type { ScheduleInfo } from './base/schedule-info.ts'
export type { TaskInfo, TraceOption } from './base/task-info.ts'
export type {
  LateCause,
  Outcome,
  Priority,
  RefusalReason,
  RestartCause,
  RestartRefusal,
  Scope,
  SkipReason,
  TaskState,
  Trigger,
  UnitOutcome,
} from './base/words.ts'
export type { Annotations, BaseEvent, RunEventBase, TaskEventBase } from './events/base-event.ts'
export type { LogLevel } from './events/catalogue.ts'
export type { TaskCounters } from './events/counters.ts'
export type {
  EventOf,
  RunEvent,
  SupervisorEvent,
  SupervisorEvents,
  SupervisorEventType,
  TaskEvent,
} from './events/events.ts'
export type { ProcessEventFields } from './events/process-events.ts'
export type { RunEventFields } from './events/run-events.ts'
export type { TaskEventFields } from './events/task-events.ts'
export type { Discovery, TaskProvider } from './facade/discover.ts'
export type { Explanation } from './facade/explanation.ts'
export type { Lint } from './facade/lints.ts'
export type { Owner } from './facade/owner.ts'
export type { ProbedSupervisor } from './facade/probe-handler.ts'
export { probeHandler } from './facade/probe-handler.ts'
export type { SpawnHandle, SpawnOptions } from './facade/spawn.ts'
export type { SupervisorOptions } from './facade/supervisor-options.ts'
export { rule } from './health/custom-rule.ts'
export type { TaskFacts } from './health/facts.ts'
export type {
  Finding,
  HealthOption,
  HealthRule,
  Judgement,
  RuleStatus,
  UserRule,
} from './health/rule.ts'
export * as rules from './health/rules/index.ts'
export type { HealthReason, HealthStatus, TaskHealth } from './health/status.ts'
export type { RunRecord } from './metrics/run-record.ts'
export type { Distribution, TaskMetrics } from './metrics/task-metrics.ts'
export { diagnosticsObserver } from './observe/diagnostics-observer.ts'
export type { LoggerLike, LogOptions } from './observe/log-observer.ts'
export { logObserver } from './observe/log-observer.ts'
export type { NextRun, ObserveOptions, Observer, RunResult, RunScope } from './observe/observer.ts'
export type { SignalOptions, StoppableSupervisor } from './process/signals.ts'
export { handleSignals, reportLine } from './process/signals.ts'
export * as backoff from './restart/backoff.ts'
export { always, never, onFailure } from './restart/modes.ts'
export type {
  Backoff,
  ExhaustionMode,
  RestartMode,
  RestartOptions,
  RestartPolicy,
} from './restart/policy.ts'
export type { RetryOptions, RetryPolicy } from './restart/retry.ts'
export { retry } from './restart/retry.ts'
export { cron } from './schedule/cron.ts'
export { every } from './schedule/every.ts'
export * as schedules from './schedule/index.ts'
export { loop } from './schedule/loop.ts'
export { manual } from './schedule/manual.ts'
export type { Misfire, Schedule } from './schedule/schedule.ts'
export type { AbandonedRun, ShutdownReport, StopOptions } from './shutdown/report.ts'
export { Supervisor } from './supervisor.ts'
export type { ExternalOptions, ExternalTask } from './task/external.ts'
export type { Overlap, Slo, TaskBehavior, TaskOptions } from './task/options.ts'
export type { RunContext } from './task/run-context.ts'
export type { ControlOptions, RestartResult, Task, TriggerResult } from './task/task.ts'
export type {
  ActiveRun,
  RunCounts,
  SupervisorReport,
  SupervisorView,
  TaskReport,
  TaskView,
} from './task/view.ts'
