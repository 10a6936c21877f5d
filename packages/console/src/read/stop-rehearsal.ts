import type { Supervisor, Task } from '@runwell/core'
import type { StoppingRun, StopRehearsal } from '../api/types.ts'
import { rounded } from '../feed/rounded.ts'

/** What a stop would do now: which tasks it stops in which order, and the runs it would wait for. */
export function stopRehearsal(supervisor: Supervisor): StopRehearsal {
  const tasks = [...supervisor.tasks()]
  const byName = new Map(tasks.map((task) => [task.name, task]))
  const classes = supervisor.stopPlan().map(({ priority, tasks: names }) => {
    const ofClass = names.flatMap((name) => byName.get(name) ?? [])
    return { priority, tasks: names, live: ofClass.flatMap(liveRuns) }
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
