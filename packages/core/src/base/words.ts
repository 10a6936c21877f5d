/** Shutdown stops the lowest priority first. Critical tasks also gate readiness, and if one is unhealthy, so is the process. */
export const priorities = ['low', 'normal', 'high', 'critical'] as const
export type Priority = (typeof priorities)[number]

/** For services with replicas: must the task succeed in every replica (`instance`), or is one success enough (`service`)? */
export const scopes = ['instance', 'service'] as const
export type Scope = (typeof scopes)[number]

/** The state of a task. `paused` is a separate flag. */
export const taskStates = [
  'registered',
  'waiting',
  'running',
  'backing-off',
  'parked',
  'stuck',
  'standby',
  'failed',
  'finished',
  'stopped',
] as const
export type TaskState = (typeof taskStates)[number]

/** How a run ended. Each run has exactly one outcome. */
export const outcomes = ['succeeded', 'failed', 'timed-out', 'cancelled', 'abandoned'] as const
export type Outcome = (typeof outcomes)[number]

/** How a unit of work ended. */
export const unitOutcomes = ['succeeded', 'failed', 'cancelled'] as const
export type UnitOutcome = (typeof unitOutcomes)[number]

/** Why a run started. */
export const triggers = ['schedule', 'manual', 'restart', 'startup', 'spawn', 'call'] as const
export type Trigger = (typeof triggers)[number]

/** Why a slot or a trigger started no run. */
export const skipReasons = [
  'overlap',
  'replaced',
  'paused',
  'standby',
  'parked',
  'stuck',
  'stopping',
] as const
export type SkipReason = (typeof skipReasons)[number]

/**
 * Why a run started late. `loop-blocked`: the synchronous part of a task, possibly the same one, blocked the event loop for `ms`
 * of that time. `previous-run`: the previous run was still active when the run was due.
 */
export type LateCause =
  | { readonly why: 'loop-blocked'; readonly task: string; readonly ms: number }
  | { readonly why: 'previous-run' }

/** Why a trigger was refused. `external`: other code starts the runs of this task. */
export type RefusalReason = SkipReason | 'failed' | 'finished' | 'unregistered' | 'full' | 'external'

/** What ended a generation of a loop, or why a restart was requested. */
export const restartCauses = ['returned', 'threw', 'timed-out', 'stuck', 'unhealthy', 'manual'] as const
export type RestartCause = (typeof restartCauses)[number]

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
