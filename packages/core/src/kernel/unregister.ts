import { disarm } from './disarm.ts'
import { abort } from './runs.ts'
import type { KernelTask } from './state.ts'
import { isOver, liveRuns, runsOf } from './state.ts'
import type { Step } from './step-state.ts'
import { advanceStop } from './stop.ts'

/** Unregisters a task: aborts its runs, and removes it once the last of them has ended or was abandoned. */
export function unregister(step: Step, task: KernelTask): void {
  if (task.removed) return
  task.removed = true
  disarm(step, task, 'unregistered')
  const live = liveRuns(task)
  for (const run of runsOf(task)) abort(step, task, run, 'unregistered')
  // If abort() has ended a run immediately, afterEnd() calls forget() at the end of this step.
  if (live === 0) forget(step, task)
  if (task.host?.stop === 'asked') advanceStop(step) // the stop does not wait for its host any more
}

/** Completes the removal once the task has no live run. */
export function forget(step: Step, task: KernelTask): void {
  if (!isOver(task)) {
    task.mode = 'stopped'
    step.effects.push({ do: 'task-stopped', task, reason: 'unregistered' })
  }
  step.effects.push({ do: 'unregistered', task })
  // While an abandoned run is still running, the name stays reserved. The record is deleted when that run ends.
  if (task.abandoned === 0) step.state.tasks.delete(task.name)
}
