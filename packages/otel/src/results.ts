import type { Outcome, TaskState } from '@runwell/core'
import { cut } from './cut.ts'

/** How a run ended, in the words of the semantic conventions. */
export const results = ['success', 'failure', 'timeout', 'cancellation', 'abandoned'] as const
export type Result = (typeof results)[number]

export const resultOf: { readonly [Key in Outcome]: Result } = {
  succeeded: 'success',
  failed: 'failure',
  'timed-out': 'timeout',
  cancelled: 'cancellation',
  abandoned: 'abandoned',
}

/** Where a task is, as the status metric shows it. */
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

/** A pause shows where nothing weightier does: a run that lives on in a paused task is still `running`. */
export function statusState(state: TaskState, paused: boolean): StatusState {
  const shown = statusOf[state]
  return paused && (shown === 'idle' || shown === 'standby') ? 'paused' : shown
}

/** Core cuts the names that it counts at the same length. */
const longestType = 100

/** What `error.type` says of a failure: the name of the error, which is a class name in all good code. */
export function errorType(error: Error | undefined, otherwise: string): string {
  const name: unknown = error?.name
  return typeof name === 'string' && name !== '' ? cut(name, longestType) : otherwise
}
