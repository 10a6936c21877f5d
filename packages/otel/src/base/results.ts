import type { Outcome, TaskState } from '@runwell/core'
import { errorName } from '@runwell/core/adapter'

export const results = ['success', 'failure', 'timeout', 'cancellation', 'abandoned'] as const
export type Result = (typeof results)[number]

export const resultOf: { readonly [Key in Outcome]: Result } = {
  succeeded: 'success',
  failed: 'failure',
  'timed-out': 'timeout',
  cancelled: 'cancellation',
  abandoned: 'abandoned',
}

export function isErrorResult(result: Result): boolean {
  return result === 'failure' || result === 'timeout' || result === 'abandoned'
}

/** Values of `runwell.task.state` in metrics. */
export const statusStates = [
  'idle',
  'running',
  'backoff',
  'parked',
  'stuck',
  'paused',
  'standby',
  'failed',
  'stopped',
] as const
export type StatusState = (typeof statusStates)[number]

const statusOf: { readonly [Key in TaskState]: StatusState } = {
  registered: 'idle',
  waiting: 'idle',
  running: 'running',
  'backing-off': 'backoff',
  parked: 'parked',
  stuck: 'stuck',
  standby: 'standby',
  failed: 'failed',
  finished: 'stopped',
  stopped: 'stopped',
}

export function statusState(state: TaskState, paused: boolean): StatusState {
  const shown = statusOf[state]
  return paused && (shown === 'idle' || shown === 'standby') ? 'paused' : shown
}

export function errorType(error: Error | undefined, otherwise: string): string {
  return error === undefined ? otherwise : errorName(error)
}
