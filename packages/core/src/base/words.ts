/** Returns all words of a union. The compiler checks that `words` has each word as a key. */
export function wordsOf<Word extends string>(words: Readonly<Record<Word, true>>): readonly Word[] {
  return Object.keys(words) as Word[]
}

/**
 * A shutdown stops the lowest priority first. While a `critical` task is unhealthy, the process is unhealthy,
 * too.
 */
export type Priority = 'low' | 'normal' | 'high' | 'critical'
export const priorities = wordsOf<Priority>({ low: true, normal: true, high: true, critical: true })

/** Where a task of a service with replicas must succeed. `instance`: in every replica. `service`: in any replica. */
export type Scope = 'instance' | 'service'
export const scopes = wordsOf<Scope>({ instance: true, service: true })

/** The state of a task. `paused` is a separate flag. */
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

/** Why a slot or a trigger started no run. `host`: the library that runs the task gave its own reason. */
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
 * Why a run started late. `loop-blocked`: a task blocked the event loop for `ms` of the delay.
 * `previous-run`: the previous run was still active.
 */
export type LateCause =
  | { readonly why: 'loop-blocked'; readonly task: string; readonly ms: number }
  | { readonly why: 'previous-run' }

/**
 * Why a trigger was refused. `external`: other code starts the runs. `queued`: a run triggered its own task,
 * so the new run starts after it. `unreachable`: the fleet can't be reached.
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

/** The calls that control a task. */
export type Control = 'trigger' | 'pause' | 'resume' | 'restart' | 'reschedule' | 'abort' | 'unregister'

/** What ended a generation of a loop, or why a restart was requested. */
export type RestartCause = 'returned' | 'threw' | 'timed-out' | 'stuck' | 'unhealthy' | 'manual'
export const restartCauses = wordsOf<RestartCause>({
  returned: true,
  threw: true,
  'timed-out': true,
  stuck: true,
  unhealthy: true,
  manual: true,
})

/** Why a requested restart did not happen. */
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
 * The result of a control. `queued`: the control waits for a run to end. Any word but `done`, `unchanged` and
 * `queued` says why it was refused.
 */
export type ControlResult = 'done' | 'unchanged' | RefusalReason | RestartRefusal
