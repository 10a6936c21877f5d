import { disarm } from './disarm.ts'
import { abortAtEase } from './runs.ts'
import type { KernelState, KernelTask } from './state.ts'
import { findRun, isOver, liveRuns, runsOf } from './state.ts'
import type { Step } from './step-state.ts'
import { advanceStop } from './stop.ts'
import { taskKinds } from './task-kinds.ts'

/** Unregisters a task: aborts its runs, and removes it once the last of them has ended or was abandoned. */
export function unregister(step: Step, task: KernelTask): void {
  if (task.removed) return
  task.removed = true
  disarm(step, task, 'unregistered')
  const live = liveRuns(task)
  for (const run of runsOf(task)) abortAtEase(step, task, run, 'unregistered')
  // If abort() has ended a run immediately, afterEnd() calls forget() at the end of this step.
  if (live === 0) forget(step, task)
  else if (!taskKinds[task.config.planning].canAbort) release(step, task)
  if (task.host?.stop === 'asked') advanceStop(step) // the stop does not wait for its host any more
}

/** Completes the removal once the task has no live run. */
export function forget(step: Step, task: KernelTask): void {
  if (isReleased(task)) {
    step.state.tasks.delete(task.name)
    return
  }
  reportGone(step, task)
  // While an abandoned run is still running, the name stays reserved. The record is deleted when that run ends.
  if (task.abandoned === 0) step.state.tasks.delete(task.name)
}

function reportGone({ effects }: Step, task: KernelTask): void {
  if (!isOver(task)) {
    task.mode = 'stopped'
    effects.push({ do: 'task-stopped', task, reason: 'unregistered' })
  }
  effects.push({ do: 'unregistered', task })
}

/** Removes a task whose runs other code ends, so that its name is free at once. The runs end under a name that no task can have. */
function release(step: Step, task: KernelTask): void {
  step.state.tasks.delete(task.name)
  task.name = `${task.name} (unregistered with run ${task.runs?.[0]?.id})`
  step.state.tasks.set(task.name, task)
  reportGone(step, task)
}

/** Returns the task that has had this name and has the run. */
export function findReleased({ tasks }: KernelState, name: string, run: number): KernelTask | undefined {
  for (const task of tasks.values())
    if (isReleased(task) && task.name.startsWith(`${name} `) && findRun(task, run)) return task
  return undefined
}

function isReleased({ name }: KernelTask): boolean {
  return name.includes(' ')
}
