import type { ExternalTask, Schedule } from '@runwell/core'
import { afterCall } from '../base/after-call.ts'
import type { CronJobLike } from './cron-like.ts'

/** What `this` is in a job without a context of its own. cron gives it to no other code. */
export function isJob(self: unknown): self is CronJobLike {
  return typeof self === 'object' && self !== null && 'fireOnTick' in self && 'stop' in self
}

export function isActive({ isActive, running }: CronJobLike): boolean {
  return isActive ?? running ?? true
}

/**
 * Reports that the application stops or starts the job, or gives it another time, and which ticks cron skips. cron has no
 * events.
 *
 * @returns what `onTick` calls at each further tick
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
  // cron itself calls it at each tick.
  afterCall(job, 'start', () => {
    if (isStopped) task.hostResumed()
    isStopped = false
  })
  // With `waitForCompletion`, a tick during a live run makes no call.
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
