import type { ExternalTask } from '@runwell/core'
import type { ScheduledTaskLike } from './node-cron-like.ts'

/** Reports the runs of a job whose function is in a separate file. node-cron runs this file in a child process. */
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

export function followState(
  task: ExternalTask,
  scheduled: ScheduledTaskLike,
  options: { readonly noOverlap?: boolean } | undefined,
): void {
  if (scheduled.getStatus() === 'stopped') task.hostPaused('not started in node-cron')
  scheduled.on('task:started', () => task.hostResumed())
  scheduled.on('task:stopped', () => task.hostPaused('stopped in node-cron'))
  scheduled.on('task:destroyed', () => void task.hostRemoved())
  if (options?.noOverlap) scheduled.on('execution:overlap', () => task.skipped('overlap'))
  // node-cron emits `execution:skipped` if its coordinator refuses the run, usually because another instance of the
  // service runs the job.
  // Nothing listens to `execution:missed`, because a listener would turn off node-cron's own warning.
  scheduled.on('execution:skipped', () => task.skipped('standby'))
}

export function hasEnded(scheduled: ScheduledTaskLike): () => boolean {
  let wasStarted = scheduled.getStatus() !== 'stopped'
  scheduled.on('task:started', () => {
    wasStarted = true
  })
  return () => {
    const status = scheduled.getStatus()
    return status === 'destroyed' || (wasStarted && status === 'stopped')
  }
}
