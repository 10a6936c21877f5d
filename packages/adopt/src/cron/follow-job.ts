import type { ExternalTask, Schedule } from '@runwell/core'
import { afterCall } from '../base/after-call.ts'
import type { CronJobLike } from './cron-like.ts'

/**
 * Whether the `this` of `onTick` is the job. It is, unless the job has a `context`. There is no other access to the
 * job.
 */
export function isJob(self: unknown): self is CronJobLike {
  return typeof self === 'object' && self !== null && 'fireOnTick' in self && 'stop' in self
}

export function isActive({ isActive, running }: CronJobLike): boolean {
  return isActive ?? running ?? true
}

/**
 * Reports when the application stops, starts or reschedules the job, and which ticks cron skips. cron has no events.
 * @returns the function that `onTick` calls at each further tick
 */
export function followJob(
  task: ExternalTask,
  job: CronJobLike,
  scheduleOf: (cronTime: unknown) => Schedule | undefined,
): () => void {
  let isStopped = false
  let hasTicked = false
  afterCall(job, 'stop', () => {
    isStopped = true
    task.hostPaused('stopped in cron')
  })
  // cron itself also calls `start` at each tick.
  afterCall(job, 'start', () => {
    if (isStopped) task.hostResumed()
    isStopped = false
  })
  // With `waitForCompletion`, cron does not call `onTick` for a tick during an active run.
  afterCall(job, 'fireOnTick', () => {
    if (!hasTicked) task.skipped('overlap')
    hasTicked = false
  })
  afterCall(job, 'setTime', () => {
    const schedule = scheduleOf(job.cronTime?.source)
    if (schedule) task.hostRescheduled(schedule)
  })
  return () => {
    hasTicked = true
  }
}
