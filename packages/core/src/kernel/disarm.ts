import { accountReplaced } from './fleet-slots.ts'
import { dropHeld } from './held-slot.ts'
import { dropOpen, isTakenEarly } from './host-slots.ts'
import { refuseWaiting } from './runs.ts'
import type { KernelTask } from './state.ts'
import type { Step } from './step-state.ts'
import { cancelWake, setTaskTimer } from './step-state.ts'

/** Cancels everything that would start a run of `task`. A pause keeps the pending slot. */
export function disarm(step: Step, task: KernelTask, reason: 'paused' | 'stopping' | 'unregistered'): void {
  cancelWake(step, task)
  if (reason !== 'paused') {
    task.pausedUntil = Number.POSITIVE_INFINITY
    skipOverdue(step, task, 'stopping')
    dropHeld(step, task, 'stopping')
    task.slot = undefined
    task.slotDueAt = Number.POSITIVE_INFINITY
  }
  // A task that stops asks the fleet nothing more: other processes decide its slots.
  if (task.fleet && reason !== 'paused') task.fleet.askAt = Number.POSITIVE_INFINITY
  dropOpen(step, task, reason === 'paused' ? 'paused' : 'stopping')
  setTaskTimer(step, task)
  refuseWaiting(step, task, reason)
}

/** Later slots may also be due. Therefore `atLeast` is true: the reported count is a lower bound. */
export function skipOverdue(step: Step, task: KernelTask, reason: 'stopping' | 'replaced'): void {
  if (task.held || isTakenEarly(task) || task.slotDueAt > step.now.mono) return
  if (task.fleet === undefined)
    step.effects.push({ do: 'skip', task, reason, count: 1, atLeast: true, slot: task.slot })
  else if (reason === 'replaced' && task.slot !== undefined) accountReplaced(step, task, task.slot, true)
}
