import { liveRuns } from '../kernel/state.ts'
import type { TaskRecord } from './task-record.ts'

export function keepsProcessAlive({ state, info, isRegistered }: TaskRecord): boolean {
  if (!isRegistered || info.schedule.startedBy === 'call') return false
  if (state.paused && state.pausedUntil === Number.POSITIVE_INFINITY) return false
  return state.armedAt !== Number.POSITIVE_INFINITY || liveRuns(state) > 0
}
