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

// The JSON of the API. Durations are in milliseconds, instants in milliseconds since 1970. An `Explanation` also
// contains ISO strings.

/** An action that a user can perform on a task. */
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
  /** At most 3 reasons for the health status, the worst first. */
  readonly reasons: readonly HealthReason[]
  readonly nextRunAt: number | undefined
  readonly nextRestartAt: number | undefined
  /** How many restarts the restart budget still allows. Absent for tasks without a restart budget. */
  readonly restartsLeft: number | undefined
  readonly active: number
  readonly activeSince: number | undefined
  readonly started: number
  readonly outcomes: Readonly<Record<Outcome, number>>
  /** Skipped slots and triggers. */
  readonly skipped: number
  readonly missed: number
  readonly restarts: number
  readonly consecutiveFailures: number
  readonly p95Ms: number | undefined
  readonly lastSuccessAt: number | undefined
  readonly lastFailureAt: number | undefined
  readonly lastError: string | undefined
  /** Where the task runs. Absent if no fleet shares the task. */
  readonly fleet: FleetRow | undefined
  /** The last 20 ended runs, oldest first. */
  readonly recent: readonly RecentRun[]
}

export interface FleetRow {
  /** Whether this process can use the store of the fleet. */
  readonly isUp: boolean
  /** The number of processes that have registered the task. */
  readonly processes: number
  /** The processes that run the task now. This process is called `here`. */
  readonly runsIn: readonly string[]
  /** The process whose run ended last. */
  readonly lastIn: string | undefined
  /** Whether `lastIn` is this process. */
  readonly isHere: boolean
  /** True if another process has a newer definition of the task. The task then does not run in this process. */
  readonly isOverruled: boolean
  /** Whether the processes have different definitions of the task. */
  readonly differs: boolean
}

export type RecentRun = readonly [outcome: Outcome, durationMs: number, startedAt: number]

export interface Snapshot {
  /** The id of the newest event in the snapshot. A stream that is opened with this id sends the later events. */
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
  /** The task that usually causes what `text` says. Inspect this task next. */
  readonly task: string | undefined
}

export interface Verdict {
  readonly ok: boolean
  readonly reasons: readonly string[]
}

export interface Viewer {
  readonly user: string
  /**
   * True if `authorize` has identified the user. If false, a request for an action can give the user's name in `by`.
   */
  readonly isKnown: boolean
  readonly can: readonly Action[]
}

/**
 * URLs of your other systems. They begin with `http://` or `https://` and can contain placeholders. A link is left
 * out if one of its placeholders has no value.
 *
 * Each URL can contain `{task}`. `trace` and `logs` can also contain `{run_id}`, `{from}`, `{to}` and the keys of
 * annotations of the run, such as `{trace_id}` and `{span_id}`. `{from}` and `{to}` are ISO times: 1 min before the
 * start of the run, and 1 min after its end.
 */
export interface Links {
  /** The URL of the trace of a run. */
  readonly trace?: string | undefined
  /** The URL of the log lines of a run. */
  readonly logs?: string | undefined
  /** The URL of the issues of a task. */
  readonly issues?: string | undefined
  /** The URL of a dashboard for a task. */
  readonly dashboard?: string | undefined
}

export interface TaskDetail {
  readonly at: number
  readonly task: TaskRow
  readonly runbook: string | undefined
  readonly dependsOn: readonly string[]
  readonly reasons: readonly OpenRule[]
  /** Sentences that help to explain the state of the task, in addition to `reasons`. */
  readonly findings: readonly Finding[]
  readonly lastError: FailureView | undefined
  readonly lastGoodRun: RunRecord | undefined
  /** The last changes of the task, such as pauses and restarts, newest first. At most 30. */
  readonly changes: readonly StreamedEvent[]
  readonly active: readonly ActiveRun[]
  readonly history: readonly RunRecord[]
  /** The number of skipped slots and triggers for each reason. */
  readonly skippedBy: Readonly<Record<SkipReason, number>>
  /** How often the loop was parked or given up. Each failed trial of a parked loop counts, too. */
  readonly gaveUp: number
  readonly durationMs: Quantiles
  readonly explanation: Explanation
}

export interface OpenRule extends HealthReason {
  /** Says in words when the rule reports a problem. */
  readonly rule_text: string | undefined
  /**
   * Says in words when the problem ends. Absent if the console does not know this, as for a rule that you have
   * written.
   */
  readonly clears: string | undefined
}

export interface FailureView {
  /** The name and the message of the error, followed by its known causes. */
  readonly text: string
  readonly stack: string | undefined
  readonly at: number | undefined
  /** The name of the unit that failed. `undefined` if the run itself failed. */
  readonly unit: string | undefined
  readonly runId: string | undefined
  /** The start of the run. `undefined` if this run is neither active nor in the history. */
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
  /** The id of this event. A stream that is opened with this id sends the later events. */
  readonly id: string
  readonly seq: number
  readonly type: string
  readonly at: number
  readonly task?: string
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly text: string
  /** `text` contains the name, the message and the causes. */
  readonly error?: { readonly name: string; readonly message: string; readonly text: string }
  readonly [field: string]: unknown
}

/** A run that is due. `withheld` says why the run will not start. It is absent if the run will start. */
export interface DueRun {
  readonly task: string
  readonly at: number
  /** The time in the time zone of the schedule, such as `04:00 Europe/Berlin`. Absent for UTC. */
  readonly local: string | undefined
  readonly withheld: string | undefined
}

/** The runs that are due within the requested time, soonest first. */
export interface NextRuns {
  readonly at: number
  readonly runs: readonly DueRun[]
  /** How many later runs are left out, because the list has 2,000 runs already. */
  readonly leftOut: number
}

/**
 * An action on a task, requested in a console, or by code that passed `by` or `reason`. `result` says what happened.
 */
export interface AuditEntry {
  readonly at: number
  readonly by: string | undefined
  readonly action: Action
  readonly task: string
  readonly reason: string | undefined
  readonly result: string
}

/** The answer to a request that failed. */
export interface Problem {
  readonly error: string
  /** What to do so that the request succeeds. */
  readonly cure?: string
}

export interface Block {
  readonly at: number
  readonly ms: number
  readonly suspect: string | undefined
  /**
   * How the suspect was found. `measured`: runs of the suspect blocked the event loop before their first `await`, and
   * this time was measured. `correlated`: while the suspect is active, the event loop is blocked for a larger part of
   * the time than while it is not active.
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
    /** How long it would probably take to stop the tasks of this priority. */
    readonly aboutMs: number
    /** The tasks whose runs would probably still be active after `aboutMs`. */
    readonly leavesBehind: readonly string[]
  }[]
  /** How long the whole stop would probably take. The flush of the observers is not included. */
  readonly aboutMs: number
  /** The tasks whose runs would probably still be active at the end of the stop. */
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
