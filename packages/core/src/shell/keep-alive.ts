import { liveRuns } from '../kernel/state.ts'
import type { TaskRecord } from './task-record.ts'

/**
 * Whether a task keeps the process alive: it has an active run, or its timer is set, such as for a slot, a restart or a
 * trial. External tasks never keep the process alive. Tasks that are paused without an end do not, either.
 */
export function keepsProcessAlive({ state, info, isRegistered }: TaskRecord): boolean {
  if (!isRegistered || info.schedule.startedBy === 'call') return false
  if (state.paused && state.pausedUntil === Number.POSITIVE_INFINITY) return false
  return state.armedAt !== Number.POSITIVE_INFINITY || liveRuns(state) > 0
}
