/** Returns all words of a union type. The compiler checks that `words` has each word as a key. */
export function wordsOf<Word extends string>(words: Readonly<Record<Word, true>>): readonly Word[] {
  return Object.keys(words) as Word[]
}

/**
 * The order of tasks in a shutdown: `low` tasks stop first, then `normal`, `high` and `critical` tasks. Exception: a
 * task that another task needs (`dependsOn`) stops after that task. While a `critical` task is unhealthy, the process
 * is unhealthy, too.
 */
export type Priority = 'low' | 'normal' | 'high' | 'critical'
export const priorities = wordsOf<Priority>({ low: true, normal: true, high: true, critical: true })

/**
 * Where a task must succeed if a service has several processes. `instance`: in each process. `service`: in any one
 * process.
 */
export type Scope = 'instance' | 'service'
export const scopes = wordsOf<Scope>({ instance: true, service: true })

/** The state of a task. A paused task also has one of these states. */
export type TaskState =
  | 'registered'
  | 'waiting'
  | 'running'
  | 'backing-off'
  | 'parked'
  | 'stuck'
  | 'standby'
  | 'failed'
  | 'finished'
  | 'stopped'
export const taskStates = wordsOf<TaskState>({
  registered: true,
  waiting: true,
  running: true,
  'backing-off': true,
  parked: true,
  stuck: true,
  standby: true,
  failed: true,
  finished: true,
  stopped: true,
})

/** How a run ended. Each run has exactly one outcome. */
export type Outcome = 'succeeded' | 'failed' | 'timed-out' | 'cancelled' | 'abandoned'
export const outcomes = wordsOf<Outcome>({
  succeeded: true,
  failed: true,
  'timed-out': true,
  cancelled: true,
  abandoned: true,
})

/** How a unit of work ended. */
export type UnitOutcome = 'succeeded' | 'failed' | 'cancelled'
export const unitOutcomes = wordsOf<UnitOutcome>({ succeeded: true, failed: true, cancelled: true })

/** Why a run started. */
export type Trigger = 'schedule' | 'manual' | 'restart' | 'startup' | 'spawn' | 'call'
export const triggers = wordsOf<Trigger>({
  schedule: true,
  manual: true,
  restart: true,
  startup: true,
  spawn: true,
  call: true,
})

/** Why no run started for a slot or a trigger. `host`: the code that runs the task gave a reason of its own. */
export type SkipReason =
  | 'overlap'
  | 'replaced'
  | 'paused'
  | 'standby'
  | 'parked'
  | 'stuck'
  | 'stopping'
  | 'host'
export const skipReasons = wordsOf<SkipReason>({
  overlap: true,
  replaced: true,
  paused: true,
  standby: true,
  parked: true,
  stuck: true,
  stopping: true,
  host: true,
})

/**
 * Why a run started late. `loop-blocked`: the task `task` blocked the event loop for `ms` milliseconds of the delay.
 * `previous-run`: the previous run was still active.
 */
export type LateCause =
  | { readonly why: 'loop-blocked'; readonly task: string; readonly ms: number }
  | { readonly why: 'previous-run' }

/**
 * Why a trigger or a spawned run was refused. Four of the words need an explanation:
 *
 * - `full`: the limit `max` of spawned runs is reached.
 * - `external`: other code starts the runs of the task. That code can't be asked for a run, or it was asked and
 * started none.
 * - `queued`: a run has triggered its own task. The new run starts after that run.
 * - `unreachable`: the fleet can't be reached.
 */
export type RefusalReason =
  | SkipReason
  | 'failed'
  | 'finished'
  | 'unregistered'
  | 'full'
  | 'external'
  | 'queued'
  | 'unreachable'

export type Control = 'trigger' | 'pause' | 'resume' | 'restart' | 'reschedule' | 'abort' | 'unregister'

/** Why a run of a loop ended, or why a restart was requested. */
export type RestartCause = 'returned' | 'threw' | 'timed-out' | 'stuck' | 'unhealthy' | 'manual'
export const restartCauses = wordsOf<RestartCause>({
  returned: true,
  threw: true,
  'timed-out': true,
  stuck: true,
  unhealthy: true,
  manual: true,
})

/**
 * Why a requested restart did not happen. `external`: other code starts the runs of the task, or the task belongs to
 * a fleet.
 */
export type RestartRefusal =
  | 'stuck'
  | 'stopping'
  | 'paused'
  | 'unregistered'
  | 'progress'
  | 'never'
  | 'pending'
  | 'not-started'
  | 'finished'
  | 'replaced'
  | 'external'

/**
 * The result of a method that controls a task. `queued`: the call takes effect when a run has ended. All words except
 * `done`, `unchanged` and `queued` say why the call was refused.
 */
export type ControlResult = 'done' | 'unchanged' | RefusalReason | RestartRefusal
