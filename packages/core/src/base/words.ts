/** The order of shutdown, lowest first. Critical tasks also gate readiness, and make the process unhealthy when they are. */
export const priorities = ['low', 'normal', 'high', 'critical'] as const
export type Priority = (typeof priorities)[number]

/** For a service with replicas: must every one of them succeed, or is one success anywhere enough? */
export const scopes = ['instance', 'service'] as const
export type Scope = (typeof scopes)[number]

/** Where a task is. `paused` is a flag beside it. */
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

/** How a run ended; exactly one of these. */
export const outcomes = ['succeeded', 'failed', 'timed-out', 'cancelled', 'abandoned'] as const
export type Outcome = (typeof outcomes)[number]

/** Why a run began. */
export const triggers = ['schedule', 'manual', 'restart', 'startup', 'spawn', 'call'] as const
export type Trigger = (typeof triggers)[number]

/** Why a slot or a trigger gave no run. */
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
 * Why a run started late: the synchronous part of a task (which may be its own) held the event loop for `ms` of that time,
 * or the run before it still lived when it was due.
 */
export type LateCause =
  | { readonly why: 'loop-held'; readonly task: string; readonly ms: number }
  | { readonly why: 'previous-run' }

/** Why a trigger was refused. `external`: somebody else starts the runs of this task, with what they need. */
export type RefusalReason = SkipReason | 'failed' | 'finished' | 'unregistered' | 'full' | 'external'

/** What ended a generation of a loop, or made someone ask for a restart. */
export const restartCauses = ['returned', 'threw', 'timed-out', 'stuck', 'unhealthy', 'manual'] as const
export type RestartCause = (typeof restartCauses)[number]

/** Why a restart that was asked for did not happen. */
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
