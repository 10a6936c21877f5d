import type { SkipReason } from '../base/words.ts'
import type { KernelTask } from './state.ts'
import { liveRuns } from './state.ts'
import type { Step } from './step-state.ts'
import { setTaskTimer } from './step-state.ts'

/** The interval at which `enabled()` is called again for a held slot. */
const askAgainMs = 1_000

export function hold(step: Step, task: KernelTask, slot: number, standby = false): void {
  task.held = true
  task.slot = slot
  task.slotDueAt = standby ? step.now.mono + askAgainMs : Number.POSITIVE_INFINITY
  setTaskTimer(step, task)
}

export function release(step: Step, task: KernelTask): void {
  if (!task.held || liveRuns(task) >= task.config.limit) return
  task.slotDueAt = step.now.mono
  setTaskTimer(step, task)
}

export function dropHeld(step: Step, task: KernelTask, reason: SkipReason): void {
  if (!task.held) return
  task.held = false
  step.effects.push({ do: 'skip', task, reason, count: 1, atLeast: false, slot: task.slot })
}
