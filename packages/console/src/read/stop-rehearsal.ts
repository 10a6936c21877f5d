import type { Supervisor, Task } from '@runwell/core'
import type { StoppingRun, StopRehearsal } from '../api/types.ts'
import { rounded } from '../feed/rounded.ts'

export function stopRehearsal(supervisor: Supervisor): StopRehearsal {
  const byName = new Map([...supervisor.tasks()].map((task) => [task.name, task]))
  const plan = supervisor.stopPlan()
  const classes = plan.map(({ tasks, aboutMs, ...rest }) => {
    const ofClass = tasks.flatMap((name) => byName.get(name) ?? [])
    return { ...rest, tasks, aboutMs: rounded(aboutMs), live: ofClass.flatMap(liveRuns) }
  })
  const aboutMs = rounded(plan.reduce((sum, each) => sum + each.aboutMs, 0))
  const leftBehind = plan.flatMap(({ leavesBehind }) => leavesBehind)
  return { classes, aboutMs, leftBehind, report: supervisor.report().shutdown }
}

function liveRuns(task: Task): readonly StoppingRun[] {
  const usualMs = rounded(task.metrics().success.quantile(0.95))
  return task
    .active()
    .filter(({ abandoned }) => !abandoned)
    .map(({ runId, ageMs }) => ({ task: task.name, runId, ageMs: rounded(ageMs), usualMs }))
}
