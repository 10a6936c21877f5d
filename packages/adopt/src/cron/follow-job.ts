import { type ExternalTask, InvalidOptionError, type Schedule } from '@runwell/core'
import { afterCall } from '../base/after-call.ts'
import { expectDate, withoutExpected } from '../base/expect-cron.ts'
import type { CronJobLike } from './cron-like.ts'

/** cron calls `onTick` with the job as `this`, unless the job has a `context`. */
export function isJob(self: unknown): self is CronJobLike {
  return typeof self === 'object' && self !== null && 'fireOnTick' in self && 'stop' in self
}

export function isActive({ isActive, running }: CronJobLike): boolean {
  return isActive ?? running ?? true
}

const reason = 'stopped in cron'

/** Is the task paused because cron stopped the job? Such a job still runs if the application fires it. */
export function isPausedByHost({ paused, pauseReason, pausedBy }: ExternalTask): boolean {
  return paused && pauseReason === reason && pausedBy === undefined
}

/**
 * Reports to the task when the job is stopped, started or rescheduled, or skips a run. Returns a function that
 * `onTick` must call at each tick after the first.
 */
export function followJob(
  task: ExternalTask,
  job: CronJobLike,
  scheduleOf: (cronTime: unknown) => Schedule | undefined,
): () => void {
  let isStopped = false
  let hasTicked = false
  /** Another job of the same parameters may have paused the task, although this job runs. */
  const resumeIfActive = (): void => {
    if (isPausedByHost(task) && isActive(job)) task.hostResumed()
  }
  resumeIfActive()
  afterCall(job, 'stop', () => {
    isStopped = true
    if (!task.paused) task.hostPaused(reason) // keeps the reason of another pause
  })
  // cron itself calls `start` at each tick, so only the first `start` after a `stop` counts.
  afterCall(job, 'start', () => {
    if (isStopped && isPausedByHost(task)) task.hostResumed()
    isStopped = false
  })
  // cron calls `fireOnTick` at each tick. With `waitForCompletion`, `fireOnTick` does not call `onTick` while a run
  // is active. Such a tick counts as a skipped run.
  afterCall(job, 'fireOnTick', () => {
    if (!hasTicked) task.skipped('overlap')
    hasTicked = false
  })
  afterCall(job, 'setTime', () => {
    // If Runwell cannot read the new time, only the next run is expected. The old schedule would report missing runs.
    const source = job.cronTime?.source
    const next = (): unknown => (typeof source === 'string' ? nextDateOf(job) : undefined)
    const schedule = scheduleOf(source) ?? expectDate(next())
    if (schedule) reschedule(task, schedule)
  })
  return () => {
    hasTicked = true
    resumeIfActive()
  }
}

/** Returns `undefined` if cron finds no date: then `nextDate` throws. */
function nextDateOf(job: CronJobLike): unknown {
  try {
    return job.nextDate?.()
  } catch {
    return undefined
  }
}

/** Must not throw, because the application has called `setTime`. */
function reschedule(task: ExternalTask, schedule: Schedule): void {
  try {
    task.hostRescheduled(schedule)
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error
    withoutExpected(task.name, 'when Runwell adopted the job, it could not read the schedule either.')
  }
}
