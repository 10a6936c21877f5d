import type { Moment } from './moment.ts'
import { armTask, cancelWake } from './moment.ts'
import { refuseWaiting } from './runs.ts'
import type { TaskState } from './state.ts'

/** Takes away everything that could begin a run of `task`: slot, backoff, trial, and what waits. */
export function disarm(m: Moment, task: TaskState, reason: 'paused' | 'stopping' | 'unregistered'): void {
  cancelWake(m, task)
  if (reason !== 'paused') {
    // A paused task keeps its slots: each is told as skipped when it comes due.
    skipOverdue(m, task)
    task.slot = undefined
    task.slotDueAt = Number.POSITIVE_INFINITY
  }
  armTask(m, task)
  refuseWaiting(m, task, reason)
}

/** A slot that has come due though no timer has said so yet, as in a busy moment; others may have come due after it. */
function skipOverdue(m: Moment, task: TaskState): void {
  if (task.slotDueAt > m.now.mono) return // none at all is never due
  m.out.push({ do: 'skip', task, reason: 'stopping', count: 1, atLeast: true, slot: task.slot })
}
