import { disarm } from './disarm.ts'
import { abort, abortAtEase } from './runs.ts'
import type { KernelTask } from './state.ts'
import { isOver, liveRuns, removeRun, runsOf } from './state.ts'
import type { Step } from './step-state.ts'
import { setRunTimer } from './step-state.ts'
import { advanceStop } from './stop.ts'
import { taskKinds } from './task-kinds.ts'

/** Aborts the runs. The task is removed after its last run, an external task immediately. */
export function unregister(step: Step, task: KernelTask): void {
  if (task.removed) return
  task.removed = true
  disarm(step, task, 'unregistered')
  if (!taskKinds[task.config.planning].canAbort) return releaseRuns(step, task)
  const live = liveRuns(task)
  for (const run of runsOf(task)) abort(step, task, run, 'unregistered')
  // If abort() has ended a run immediately, afterEnd() calls forget().
  if (live === 0) forget(step, task)
}

/** Removes an external task at once: the supervisor cannot end its runs. */
function releaseRuns(step: Step, task: KernelTask): void {
  for (const run of runsOf(task)) {
    if (run.phase === 'abandoned') continue
    abortAtEase(step, task, run, 'unregistered')
    setRunTimer(step, task, run, Number.POSITIVE_INFINITY)
    removeRun(task, run)
    step.effects.push({ do: 'released', task, run })
  }
  forget(step, task)
  advanceStop(step) // the stop waits neither for these runs nor for their host
}

/** Completes the removal of a task without active runs. */
export function forget(step: Step, task: KernelTask): void {
  if (!isOver(task)) {
    task.mode = 'stopped'
    step.effects.push({ do: 'task-stopped', task, reason: 'unregistered' })
  }
  step.effects.push({ do: 'unregistered', task })
  // An abandoned run may also block a new task of this name, so the entry stays until that run ends.
  if (task.abandoned === 0) step.state.tasks.delete(task.name)
}
