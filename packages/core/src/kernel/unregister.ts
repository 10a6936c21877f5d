import { disarm } from './disarm.ts'
import { abort } from './runs.ts'
import type { KernelTask } from './state.ts'
import { isOver, liveRuns, removeRun, runsOf } from './state.ts'
import type { Step } from './step-state.ts'
import { setRunTimer } from './step-state.ts'
import { advanceStop } from './stop.ts'
import { taskKinds } from './task-kinds.ts'

export function unregister(step: Step, task: KernelTask): void {
  if (task.removed) return
  task.removed = true
  disarm(step, task, 'unregistered')
  if (!taskKinds[task.config.planning].canAbort) return releaseRuns(step, task)
  const live = liveRuns(task)
  for (const run of runsOf(task)) abort(step, task, run, 'unregistered')
  // `live` was counted before the aborts. If an abort ends the last run, `afterEnd` calls `forget`.
  if (live === 0) forget(step, task)
}

function releaseRuns(step: Step, task: KernelTask): void {
  for (const run of runsOf(task)) {
    if (run.phase === 'abandoned') continue
    abort(step, task, run, 'unregistered')
    setRunTimer(step, task, run, Number.POSITIVE_INFINITY)
    removeRun(task, run)
    step.effects.push({ do: 'released', task, run })
  }
  forget(step, task)
  advanceStop(step) // a stop no longer has to wait for this task
}

export function forget(step: Step, task: KernelTask): void {
  if (!isOver(task)) {
    task.mode = 'stopped'
    step.effects.push({ do: 'task-stopped', task, reason: 'unregistered' })
  }
  step.effects.push({ do: 'unregistered', task })
  // The entry stays while an abandoned run exists: this run may block a new task of the same name.
  if (task.abandoned === 0) step.state.tasks.delete(task.name)
}
