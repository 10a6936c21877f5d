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
  // Unanswered questions to the fleet are not repeated. A process that stops leaves its slots to the others.
  if (task.fleet && reason !== 'paused') task.fleet.askAt = Number.POSITIVE_INFINITY
  dropOpen(step, task, reason === 'paused' ? 'paused' : 'stopping')
  setTaskTimer(step, task)
  refuseWaiting(step, task, reason)
}

/**
 * If a slot has come due before its timer fired, for example because the event loop was busy, reports it as skipped.
 * Later slots may have come due as well, so the count is a lower bound. In a fleet, a stop leaves the slot
 * to other processes.
 */
export function skipOverdue(step: Step, task: KernelTask, reason: 'stopping' | 'replaced'): void {
  if (task.held || isTakenEarly(task) || task.slotDueAt > step.now.mono) return // `Infinity` without a slot
  if (task.fleet === undefined)
    step.effects.push({ do: 'skip', task, reason, count: 1, atLeast: true, slot: task.slot })
  else if (reason === 'replaced' && task.slot !== undefined) accountReplaced(step, task, task.slot, true)
}
