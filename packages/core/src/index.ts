export type { Clock, ClockTimer, Stall } from './base/clock.ts'
export { SystemClock } from './base/clock.ts'
export type { Duration, DurationUnit } from './base/duration.ts'
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
export type { ScheduleInfo, TaskInfo, TraceOption } from './base/task-info.ts'
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
} from './base/words.ts'
export {
  outcomes,
  priorities,
  restartCauses,
  scopes,
  skipReasons,
  taskStates,
  triggers,
} from './base/words.ts'
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
} from './events/events.ts'
export type { Explanation, RestartExplanation, RuleExplanation } from './facade/explanation.ts'
export type { InstrumentOptions } from './facade/instrument.ts'
export type { Lint, LintName } from './facade/lints.ts'
export type { Discovery, Owner, TaskProvider } from './facade/owner.ts'
export { probeHandler } from './facade/probe.ts'
export type { SpawnHandle, SpawnOptions } from './facade/spawn.ts'
export type { SupervisorOptions } from './facade/supervisor-options.ts'
export type { TaskFacts } from './health/facts.ts'
export type { Finding, HealthRule, Judgement, RuleLifeOptions, RuleStatus, UserRule } from './health/rule.ts'
export type { RuleOptions } from './health/rule-options.ts'
export type { BlocksLoopOptions } from './health/rules/blocks-loop.ts'
export { blocksLoop } from './health/rules/blocks-loop.ts'
export type { ClassicOptions } from './health/rules/classic.ts'
export { classic } from './health/rules/classic.ts'
export type { ConsecutiveFailuresOptions } from './health/rules/consecutive-failures.ts'
export { consecutiveFailures } from './health/rules/consecutive-failures.ts'
export type { ErrorRateOptions } from './health/rules/error-rate.ts'
export { errorRate } from './health/rules/error-rate.ts'
export type { LateOptions } from './health/rules/late.ts'
export { late } from './health/rules/late.ts'
export type { HungOptions, SlowOptions } from './health/rules/live-run.ts'
export { hung, slow, stuck } from './health/rules/live-run.ts'
export type { NotRunningOptions } from './health/rules/loops.ts'
export { notRunning, restarts } from './health/rules/loops.ts'
export type { StaleOptions } from './health/rules/stale.ts'
export { stale } from './health/rules/stale.ts'
export type { HealthReason, HealthStatus, TaskHealth } from './health/status.ts'
export { healthStatuses } from './health/status.ts'
export type { RunRecord } from './metrics/run-record.ts'
export type { Distribution, TaskMetrics } from './metrics/task-metrics.ts'
export type { LogLevel } from './observe/describe.ts'
export { diagnosticsObserver } from './observe/diagnostics-observer.ts'
export type { LoggerLike, LogOptions } from './observe/log-observer.ts'
export { logObserver } from './observe/log-observer.ts'
export type { NextRun, Observer, RunResult, RunScope } from './observe/observer.ts'
export type { SignalOptions } from './process/signals.ts'
export { handleSignals, reportLine } from './process/signals.ts'
export type { ExponentialOptions, FixedOptions } from './restart/backoff.ts'
export { exponential, fixed } from './restart/backoff.ts'
export { always, never, onFailure } from './restart/modes.ts'
export type { Backoff, RestartOptions, RestartPolicy } from './restart/policy.ts'
export type { ResolvedRetry, RetryOptions, RetryPolicy } from './restart/retry.ts'
export { retry } from './restart/retry.ts'
export type { CronOptions } from './schedule/cron.ts'
export { cron } from './schedule/cron.ts'
export type { DelayOptions } from './schedule/delay.ts'
export { delay } from './schedule/delay.ts'
export type { EveryOptions } from './schedule/every.ts'
export { every } from './schedule/every.ts'
export type { LoopOptions } from './schedule/loop.ts'
export { loop } from './schedule/loop.ts'
export { manual } from './schedule/manual.ts'
export type { OnceAfter, OnceAt, OnceOptions } from './schedule/once.ts'
export { once } from './schedule/once.ts'
export type { Misfire, Schedule } from './schedule/schedule.ts'
export type { AbandonedRun, ShutdownReport, StopOptions } from './shutdown/report.ts'
export { Supervisor } from './supervisor.ts'
export type { Overlap, Slo, TaskBehavior, TaskOptions } from './task/options.ts'
export type { RunContext } from './task/run-context.ts'
export type { RestartResult, Task, TriggerResult } from './task/task.ts'
export type { ActiveRun, SupervisorReport, SupervisorView, TaskReport, TaskView } from './task/view.ts'
