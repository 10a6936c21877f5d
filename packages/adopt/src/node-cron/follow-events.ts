import type { ExternalTask } from '@runwell/core'
import type { ScheduledTaskLike } from './node-cron-like.ts'

/** Counts the runs of a job in a file of its own. node-cron runs it in a child process. */
export function followRuns(task: ExternalTask, scheduled: ScheduledTaskLike): void {
  const runs = new Map<string, ReturnType<ExternalTask['begin']>>()
  scheduled.on('execution:started', ({ execution }) => {
    if (execution) runs.set(execution.id, task.begin())
  })
  for (const event of ['execution:finished', 'execution:failed']) {
    scheduled.on(event, ({ execution }) => {
      if (!execution) return
      runs.get(execution.id)?.end(execution.error)
      runs.delete(execution.id)
    })
  }
}

/** Pauses, resumes and unregisters the task when the job is stopped, started and destroyed. */
export function followState(
  task: ExternalTask,
  scheduled: ScheduledTaskLike,
  options: { readonly noOverlap?: boolean } | undefined,
): void {
  const stopped = 'stopped by node-cron'
  if (scheduled.getStatus() === 'stopped') task.pause(stopped)
  scheduled.on('task:started', () => task.resume())
  scheduled.on('task:stopped', () => task.pause(stopped))
  scheduled.on('task:destroyed', () => void task.unregister())
  if (options?.noOverlap) scheduled.on('execution:overlap', () => task.skipped('overlap'))
  // Another instance of the service runs the job. A listener for `execution:missed` would silence the warning of node-cron.
  scheduled.on('execution:skipped', () => task.skipped('standby'))
}
