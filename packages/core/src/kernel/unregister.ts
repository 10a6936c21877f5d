import { disarm } from './disarm.ts'
import { abort } from './runs.ts'
import type { KernelTask } from './state.ts'
import { liveRuns, runsOf } from './state.ts'
import type { Step } from './step-state.ts'

/** The task leaves: its runs are told to end, and when the last has (or is abandoned) it is gone. */
export function unregister(step: Step, task: KernelTask): void {
  if (task.removed) return
  task.removed = true
  disarm(step, task, 'unregistered')
  const live = liveRuns(task)
  for (const run of runsOf(task)) abort(step, task, run, 'unregistered')
  // Runs that the abort has ended at once have their consequences still to come, and this is one of them.
  if (live === 0) forget(step, task)
}

/** The last live run of a leaving task has its outcome. */
export function forget(step: Step, task: KernelTask): void {
  const accepts = task.mode === 'stopped' || task.mode === 'finished' || task.mode === 'failed'
  if (!accepts) {
    task.mode = 'stopped'
    step.effects.push({ do: 'task-stopped', task, reason: 'unregistered' })
  }
  step.effects.push({ do: 'unregistered', task })
  // While an abandoned run lives the name stays reserved; the record goes when that run ends.
  if (task.abandoned === 0) step.state.tasks.delete(task.name)
}
