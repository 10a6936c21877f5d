import { refuseWaiting } from './runs.ts'
import type { KernelTask } from './state.ts'
import type { Step } from './step-state.ts'
import { armTask, cancelWake } from './step-state.ts'

/** Takes away everything that could begin a run of `task`: slot, backoff, trial, and what waits. */
export function disarm(step: Step, task: KernelTask, reason: 'paused' | 'stopping' | 'unregistered'): void {
  cancelWake(step, task)
  if (reason !== 'paused') {
    // A paused task keeps its slots: each is told as skipped when it comes due.
    skipOverdue(step, task)
    task.slot = undefined
    task.slotDueAt = Number.POSITIVE_INFINITY
  }
  armTask(step, task)
  refuseWaiting(step, task, reason)
}

/** A slot that has come due though no timer has said so yet, as in a busy moment; others may have come due after it. */
function skipOverdue(step: Step, task: KernelTask): void {
  if (task.slotDueAt > step.now.mono) return // none at all is never due
  step.effects.push({ do: 'skip', task, reason: 'stopping', count: 1, atLeast: true, slot: task.slot })
}
