import { liveRuns } from '../kernel/state.ts'
import type { TaskRecord } from './task-record.ts'

/**
 * Whether a task keeps the process alive: it has an active run, or its timer is set, for instance for a slot, a restart
 * or a trial. A task that is paused without an end does not, nor does an external task. A stop in progress also keeps
 * the process alive, even without any task.
 */
export function keepsProcessAlive({ state, info, isRegistered }: TaskRecord): boolean {
  if (!isRegistered || info.schedule.startedBy === 'call') return false
  if (state.paused && state.pausedUntil === Number.POSITIVE_INFINITY) return false
  return state.armedAt !== Number.POSITIVE_INFINITY || liveRuns(state) > 0
}
