import type { Moment } from './moment.ts'
import { armTask, cancelWake } from './moment.ts'
import { refuseWaiting } from './runs.ts'
import type { TaskState } from './state.ts'

/** Takes away everything that could begin a run of `task`: slot, backoff, trial, and what waits. */
export function disarm(m: Moment, task: TaskState, reason: 'paused' | 'stopping' | 'unregistered'): void {
  cancelWake(m, task)
  if (reason !== 'paused') {
    // A paused task keeps its slots: each is told as skipped when it comes due.
    task.slot = undefined
    task.slotDueAt = Number.POSITIVE_INFINITY
  }
  armTask(m, task)
  refuseWaiting(m, task, reason)
}
