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
 * The types of the JSON in the answers of the API. Durations are in milliseconds. Instants are wall time in
 * milliseconds since 1970; in an `Explanation`, some are ISO strings.
 */

/** What a person may do with a task. */
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

/** One task in the table. */
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
  /** When the pause ends by itself. */
  readonly pausedUntil: number | undefined
  readonly pauseReason: string | undefined
  readonly pausedBy: string | undefined
  readonly health: HealthStatus
  readonly healthSince: number
  readonly flapping: boolean
  /** Why the task has this health: at most 3 reasons, the worst first. */
  readonly reasons: readonly HealthReason[]
  readonly nextRunAt: number | undefined
  readonly nextRestartAt: number | undefined
  /** How many restarts the budget still allows; absent for tasks without a restart budget. */
  readonly restartsLeft: number | undefined
  readonly active: number
  /** When the oldest active run began. */
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
  /** Where a shared task runs; absent for a task that only this process runs. */
  readonly fleet: FleetRow | undefined
  /** The newest ended runs, oldest first, at most 20. */
  readonly recent: readonly RecentRun[]
}

/** Where a shared task runs. */
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
  /** Whether another process has a newer definition, so that the task does not run here. */
  readonly isOverruled: boolean
  /** Whether processes define the task differently. */
  readonly differs: boolean
}

/** One ended run in the small chart of a task. */
export type RecentRun = readonly [outcome: Outcome, durationMs: number, startedAt: number]

/** The process and all its tasks. */
export interface Snapshot {
  /** The id of the newest event that the snapshot includes: resume the stream from here. */
  readonly cursor: string
  readonly process: ProcessView
  readonly tasks: readonly TaskRow[]
}

/** The state of the whole process. */
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
  /** What is wrong with the whole process, most important first. */
  readonly notices: readonly Finding[]
  readonly shutdown: ShutdownReport | undefined
  readonly node: string
  readonly pid: number
  /** Templates for links to other systems; see `ConsoleOptions.links`. */
  readonly links: Links
  /** Who is looking, and what they may do. */
  readonly viewer: Viewer
}

/**
 * A sentence that helps to explain the state of a task or of the process. The page shows it beside the reasons of the
 * health rules.
 */
export interface Finding {
  readonly text: string
  /** When it happened or began. */
  readonly at: number | undefined
  /** The task to look at next. Usually it caused what `text` says. */
  readonly task: string | undefined
}

export interface Verdict {
  readonly ok: boolean
  readonly reasons: readonly string[]
}

export interface Viewer {
  readonly user: string
  /**
   * Whether `authorize` has identified the user. If not, an action may give a name in `by`, and the audit shows both.
   */
  readonly isKnown: boolean
  readonly can: readonly Action[]
}

/**
 * Addresses with placeholders in braces: `{trace_id}`, `{span_id}`, `{run_id}`, `{task}`, `{from}` and `{to}` (ISO
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

/** Everything about one task, for the page that explains its state. */
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
  /**
   * The newest changes of the task, at most 30, newest first: pauses, new schedules, restarts, controls and the like.
   */
  readonly changes: readonly StreamedEvent[]
  readonly active: readonly ActiveRun[]
  readonly history: readonly RunRecord[]
  /** The number of skipped slots, by reason. */
  readonly skippedBy: Readonly<Record<SkipReason, number>>
  /** How often a loop was parked or given up. */
  readonly parked: number
  readonly durationMs: Quantiles
  readonly explanation: Explanation
}

/** A reason for the health of a task, with its rule in words. */
export interface OpenRule extends HealthReason {
  /** The rule in words: when it opens. */
  readonly rule_text: string | undefined
  /** When the rule closes; absent if the console does not know it, for instance for your own rules. */
  readonly clears: string | undefined
}

export interface FailureView {
  /** Name and message, with the chain of causes if it is known. */
  readonly text: string
  readonly stack: string | undefined
  readonly at: number | undefined
  readonly runId: string | undefined
  /** Wall time of the start of the run; `undefined` if the history does not contain the run any more. */
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

/** An event of the supervisor as the stream sends it. The task is only a name, and the error is plain data. */
export interface StreamedEvent {
  /** The instance of the supervisor, a dot, and `seq`. A stream can continue after this event. */
  readonly id: string
  /** The number of the event in its supervisor. */
  readonly seq: number
  readonly type: string
  readonly at: number
  readonly task?: string
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  /** The event as a sentence. */
  readonly text: string
  /** `text` has the name and the message, with the chain of causes. */
  readonly error?: { readonly name: string; readonly message: string; readonly text: string }
  readonly [field: string]: unknown
}

/** A run that is due soon. `withheld` is the reason if it will not start. */
export interface DueRun {
  readonly task: string
  readonly at: number
  readonly withheld: string | undefined
}

/** A control of a task: who requested it, with this console or in the code, and its result. */
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

/**
 * The runs that are kept, on one time axis, with slots that did not run, and times in which the process could not work.
 */
export interface Timeline {
  readonly from: number
  readonly to: number
  readonly lanes: readonly Lane[]
  readonly bands: readonly Band[]
}

export interface Lane {
  readonly task: string
  /** Ended runs, newest first, then active runs. An active run has an outcome only if it is abandoned. */
  readonly runs: readonly LaneRun[]
  /** Whether the history still contains all runs of the task. */
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
  /** The process that ran it; absent if it was this one. */
  readonly instanceId: string | undefined
}

/** A slot without a run. */
export interface LaneMark {
  readonly at: number
  readonly what: 'skipped' | 'missed'
  readonly reason: string
  readonly count: number
}

/** A time in which the whole process could not work, or which the clock skipped when it was set. */
export interface Band {
  readonly from: number
  readonly to: number
  readonly what: 'blocked' | 'asleep' | 'clock set'
  readonly text: string
}

/** One block of the event loop. */
export interface Block {
  readonly at: number
  readonly ms: number
  readonly suspect: string | undefined
  /** `measured`: the suspect's blocking was measured. `correlated`: the suspect was active during most blocks. */
  readonly by: 'measured' | 'correlated' | undefined
  readonly measured: readonly { readonly task: string; readonly ms: number }[]
  readonly active: readonly string[]
}

/** What a stop would do now. */
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
  /** How long the whole stop would take, without the flush of the observers. */
  readonly aboutMs: number
  /** All tasks that the stop would leave running. */
  readonly leftBehind: readonly string[]
  readonly report: ShutdownReport | undefined
}

export interface StoppingRun {
  readonly task: string
  readonly runId: string
  readonly ageMs: number
  /** The 0.95 quantile of the durations of the task's successes; absent before the first success. */
  readonly usualMs: number | undefined
}
