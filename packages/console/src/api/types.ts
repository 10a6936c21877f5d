import type {
  ActiveRun,
  Explanation,
  HealthReason,
  HealthStatus,
  Outcome,
  Priority,
  RunRecord,
  ShutdownReport,
  SkipReason,
  TaskState,
} from '@runwell/core'

/**
 * The JSON of the API. Durations are in milliseconds. Instants are in milliseconds since 1970, except for
 * some ISO strings in an `Explanation`.
 */

/** A control that a user may perform on a task. */
export type Action = 'trigger' | 'pause' | 'resume' | 'restart' | 'reschedule' | 'abort' | 'unregister'

const everyAction: Readonly<Record<Action, true>> = {
  trigger: true,
  pause: true,
  resume: true,
  restart: true,
  reschedule: true,
  abort: true,
  unregister: true,
}
export const actions = Object.keys(everyAction) as readonly Action[]

export interface TaskRow {
  readonly name: string
  readonly owner: string
  readonly category: string
  readonly priority: Priority
  readonly schedule: string
  readonly kind: string
  readonly state: TaskState
  readonly paused: boolean
  readonly pausedAt: number | undefined
  readonly pausedUntil: number | undefined
  readonly pauseReason: string | undefined
  readonly pausedBy: string | undefined
  readonly health: HealthStatus
  readonly healthSince: number
  readonly flapping: boolean
  /** At most 3 reasons for the health, the worst first. */
  readonly reasons: readonly HealthReason[]
  readonly nextRunAt: number | undefined
  readonly nextRestartAt: number | undefined
  /** Absent for tasks without a restart budget. */
  readonly restartsLeft: number | undefined
  readonly active: number
  readonly activeSince: number | undefined
  readonly started: number
  readonly outcomes: Readonly<Record<Outcome, number>>
  readonly skipped: number
  readonly missed: number
  readonly restarts: number
  readonly consecutiveFailures: number
  readonly p95Ms: number | undefined
  readonly lastSuccessAt: number | undefined
  readonly lastFailureAt: number | undefined
  readonly lastError: string | undefined
  /** Where the task runs. Absent for a task that only this process runs. */
  readonly fleet: FleetRow | undefined
  /** The newest ended runs, oldest first, at most 20. */
  readonly recent: readonly RecentRun[]
}

export interface FleetRow {
  /** Whether the fleet can be reached. */
  readonly isUp: boolean
  /** How many processes know the task. */
  readonly processes: number
  /** The processes that run the task now. This process is called `here`. */
  readonly runsIn: readonly string[]
  /** The process whose run ended last. */
  readonly lastIn: string | undefined
  /** Whether `lastIn` is this process. */
  readonly isHere: boolean
  /** True if another process has a newer definition, so that the task does not run here. */
  readonly isOverruled: boolean
  /** Whether processes define the task differently. */
  readonly differs: boolean
}

export type RecentRun = readonly [outcome: Outcome, durationMs: number, startedAt: number]

export interface Snapshot {
  /** The id of the newest event in the snapshot. A stream can continue after it. */
  readonly cursor: string
  readonly process: ProcessView
  readonly tasks: readonly TaskRow[]
}

export interface ProcessView {
  readonly supervisor: string
  readonly instanceId: string
  readonly title: string
  readonly at: number
  readonly startedAt: number | undefined
  readonly phase: 'new' | 'started' | 'draining' | 'stopping' | 'stopped'
  readonly health: HealthStatus
  readonly live: Verdict
  readonly ready: Verdict
  readonly observers: readonly { readonly name: string; readonly faults: number }[]
  /** Problems of the whole process, most important first. */
  readonly notices: readonly Finding[]
  readonly shutdown: ShutdownReport | undefined
  readonly node: string
  readonly pid: number
  readonly links: Links
  readonly viewer: Viewer
}

/** A sentence that helps to explain the state of a task or the process. */
export interface Finding {
  readonly text: string
  readonly at: number | undefined
  /** The task to look at next, usually the cause. */
  readonly task: string | undefined
}

export interface Verdict {
  readonly ok: boolean
  readonly reasons: readonly string[]
}

export interface Viewer {
  readonly user: string
  /** True if `authorize` has identified the user. Otherwise, an action may give a name in `by`. */
  readonly isKnown: boolean
  readonly can: readonly Action[]
}

/**
 * Addresses with the placeholders `{trace_id}`, `{span_id}`, `{run_id}`, `{task}`, `{from}` and `{to}` (ISO
 * times).
 */
export interface Links {
  /** The trace of a run. */
  readonly trace?: string | undefined
  /** The log lines of a run. */
  readonly logs?: string | undefined
  /** The issues of a task. */
  readonly issues?: string | undefined
  /** A dashboard of a task. */
  readonly dashboard?: string | undefined
}

export interface TaskDetail {
  readonly at: number
  readonly task: TaskRow
  readonly runbook: string | undefined
  readonly dependsOn: readonly string[]
  readonly reasons: readonly OpenRule[]
  /** Sentences that help to explain the state of the task, beside `reasons`. */
  readonly findings: readonly Finding[]
  readonly lastError: FailureView | undefined
  readonly lastGoodRun: RunRecord | undefined
  /** Changes such as pauses and restarts, at most 30, newest first. */
  readonly changes: readonly StreamedEvent[]
  readonly active: readonly ActiveRun[]
  readonly history: readonly RunRecord[]
  /** Skipped slots by reason. */
  readonly skippedBy: Readonly<Record<SkipReason, number>>
  /** How often a loop was parked or given up. */
  readonly parked: number
  readonly durationMs: Quantiles
  readonly explanation: Explanation
}

export interface OpenRule extends HealthReason {
  /** When the rule opens, in words. */
  readonly rule_text: string | undefined
  /** When the rule closes, in words. Absent for your own rules. */
  readonly clears: string | undefined
}

export interface FailureView {
  /** Name and message, with the causes if they are known. */
  readonly text: string
  readonly stack: string | undefined
  readonly at: number | undefined
  readonly runId: string | undefined
  /** The start of the run. `undefined` if the history does not contain the run any more. */
  readonly startedAt: number | undefined
  readonly annotations: Readonly<Record<string, string>> | undefined
}

export interface Quantiles {
  readonly count: number
  readonly p50: number | undefined
  readonly p95: number | undefined
  readonly p99: number | undefined
  readonly max: number | undefined
}

export interface StreamedEvent {
  /** The stream can continue after the event with this id. */
  readonly id: string
  readonly seq: number
  readonly type: string
  readonly at: number
  readonly task?: string
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly text: string
  /** `text` has the name and the message, with the causes. */
  readonly error?: { readonly name: string; readonly message: string; readonly text: string }
  readonly [field: string]: unknown
}

/** `withheld` is the reason if the run will not start. */
export interface DueRun {
  readonly task: string
  readonly at: number
  readonly withheld: string | undefined
}

/** A control of a task, from a console or from code. */
export interface AuditEntry {
  readonly at: number
  readonly by: string | undefined
  readonly action: Action
  readonly task: string
  readonly reason: string | undefined
  readonly result: string
}

/** An answer that is not a success. */
export interface Problem {
  readonly error: string
  /** What to do so that the request succeeds. */
  readonly cure?: string
}

/** Runs, slots that did not run, and times in which the process could not work. */
export interface Timeline {
  readonly from: number
  readonly to: number
  readonly lanes: readonly Lane[]
  readonly bands: readonly Band[]
}

export interface Lane {
  readonly task: string
  /** Ended runs, newest first, then active runs. Of the active runs, only an abandoned one has an outcome. */
  readonly runs: readonly LaneRun[]
  /** True if the history still contains all runs of the task. */
  readonly isWhole: boolean
  readonly marks: readonly LaneMark[]
}

export interface LaneRun {
  readonly runId: string
  readonly startedAt: number
  readonly durationMs: number
  readonly outcome: Outcome | undefined
  readonly latenessMs: number | undefined
  readonly attempt: number
  /** The process of the run. Absent for runs of this process. */
  readonly instanceId: string | undefined
}

/** A slot without a run. */
export interface LaneMark {
  readonly at: number
  readonly what: 'skipped' | 'missed'
  readonly reason: string
  readonly count: number
}

/** A time in which the process could not work, or which a clock change skipped. */
export interface Band {
  readonly from: number
  readonly to: number
  readonly what: 'blocked' | 'asleep' | 'clock set'
  readonly text: string
}

export interface Block {
  readonly at: number
  readonly ms: number
  readonly suspect: string | undefined
  /**
   * `measured`: the suspect's blocking was measured. `correlated`: the suspect was active during most blocks.
   */
  readonly by: 'measured' | 'correlated' | undefined
  readonly measured: readonly { readonly task: string; readonly ms: number }[]
  readonly active: readonly string[]
}

export interface StopRehearsal {
  readonly classes: readonly {
    readonly priority: Priority
    readonly tasks: readonly string[]
    readonly live: readonly StoppingRun[]
    /** How long it would take to stop this class. */
    readonly aboutMs: number
    /** Tasks whose runs would still be active after that time. */
    readonly leavesBehind: readonly string[]
  }[]
  /** How long the stop would take, without the flush of the observers. */
  readonly aboutMs: number
  /** All tasks that the stop would leave running. */
  readonly leftBehind: readonly string[]
  readonly report: ShutdownReport | undefined
}

export interface StoppingRun {
  readonly task: string
  readonly runId: string
  readonly ageMs: number
  /** The 95th percentile of the durations of successful runs. Absent before the first success. */
  readonly usualMs: number | undefined
}
