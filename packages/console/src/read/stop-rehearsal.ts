import type { Supervisor, Task } from '@runwell/core'
import { priorities } from '@runwell/core/adapter'
import type { StoppingRun, StopRehearsal } from '../api/types.ts'
import { rounded } from '../feed/rounded.ts'

/** What a stop would do now: which tasks it stops in which order, and the runs it would wait for. */
export function stopRehearsal(supervisor: Supervisor): StopRehearsal {
  const tasks = [...supervisor.tasks()]
  const classes = priorities.map((priority) => {
    const ofClass = tasks.filter((task) => task.priority === priority)
    return { priority, tasks: ofClass.map(({ name }) => name), live: ofClass.flatMap(liveRuns) }
  })
  const leftBehind = tasks
    .filter((task) => task.active().some(({ abandoned }) => abandoned))
    .map(({ name }) => name)
  return { classes, leftBehind, report: supervisor.report().shutdown }
}

function liveRuns(task: Task): readonly StoppingRun[] {
  const usualMs = rounded(task.metrics().success.quantile(0.95))
  return task
    .active()
    .filter(({ abandoned }) => !abandoned)
    .map(({ runId, ageMs }) => ({ task: task.name, runId, ageMs: rounded(ageMs), usualMs }))
}
