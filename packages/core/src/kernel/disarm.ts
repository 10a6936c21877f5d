import { accountReplaced } from './fleet-slots.ts'
import { dropHeld } from './held-slot.ts'
import { dropOpen, isTakenEarly } from './host-slots.ts'
import { refuseWaiting } from './runs.ts'
import type { KernelTask } from './state.ts'
import type { Step } from './step-state.ts'
import { cancelWake, setTaskTimer } from './step-state.ts'

/** Removes what could start a run of `task`: backoff, trial, queued requests and, except for a pause, the slot. */
export function disarm(step: Step, task: KernelTask, reason: 'paused' | 'stopping' | 'unregistered'): void {
  cancelWake(step, task)
  if (reason !== 'paused') {
    task.pausedUntil = Number.POSITIVE_INFINITY
    // A paused task keeps its slots: each is reported as skipped when it comes due.
    skipOverdue(step, task, 'stopping')
    dropHeld(step, task, 'stopping')
    task.slot = undefined
    task.slotDueAt = Number.POSITIVE_INFINITY
  }
  // A task that stops repeats no question to the fleet, because the other processes decide its slots.
  if (task.fleet && reason !== 'paused') task.fleet.askAt = Number.POSITIVE_INFINITY
  dropOpen(step, task, reason === 'paused' ? 'paused' : 'stopping')
  setTaskTimer(step, task)
  refuseWaiting(step, task, reason)
}

/**
 * Reports the pending slot as skipped if it is due but its timer has not fired, for example in a busy event loop. Later
 * slots may be due as well, so the count is a lower bound. In a fleet, a stop reports nothing, because other processes
 * decide the slot.
 */
export function skipOverdue(step: Step, task: KernelTask, reason: 'stopping' | 'replaced'): void {
  if (task.held || isTakenEarly(task) || task.slotDueAt > step.now.mono) return // `Infinity` without a slot
  if (task.fleet === undefined)
    step.effects.push({ do: 'skip', task, reason, count: 1, atLeast: true, slot: task.slot })
  else if (reason === 'replaced' && task.slot !== undefined) accountReplaced(step, task, task.slot, true)
}
