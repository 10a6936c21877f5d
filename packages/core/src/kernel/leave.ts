import { disarm } from './disarm.ts'
import type { Moment } from './moment.ts'
import { abort } from './runs.ts'
import type { TaskState } from './state.ts'
import { liveRuns, runsOf } from './state.ts'

/** The task leaves: its runs are told to end, and when the last has (or is abandoned) it is gone. */
export function unregister(m: Moment, task: TaskState): void {
  if (task.removed) return
  task.removed = true
  disarm(m, task, 'unregistered')
  const live = liveRuns(task)
  for (const run of runsOf(task)) abort(m, task, run, 'unregistered')
  // Runs that the abort has ended at once have their consequences still to come, and this is one of them.
  if (live === 0) forget(m, task)
}

/** The last live run of a leaving task has its outcome. */
export function forget(m: Moment, task: TaskState): void {
  const isTold = task.mode === 'stopped' || task.mode === 'finished' || task.mode === 'failed'
  if (!isTold) {
    task.mode = 'stopped'
    m.out.push({ do: 'task-stopped', task, reason: 'unregistered' })
  }
  m.out.push({ do: 'unregistered', task })
  // While an abandoned run lives the name stays reserved; the record goes when that run ends.
  if (task.abandoned === 0) m.state.tasks.delete(task.name)
}
