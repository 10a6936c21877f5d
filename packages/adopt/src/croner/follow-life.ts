import type { ExternalTask } from '@runwell/core'
import { afterCall } from '../base/after-call.ts'
import type { CronerLike, CronerOptionsLike } from './croner-like.ts'

type Job = (...args: unknown[]) => unknown

/**
 * Reports that the application pauses, continues or stops the job, that it begins late, and that its last run is over.
 * croner has no events.
 *
 * @returns the function of the job
 */
export function followLife(task: ExternalTask, job: CronerLike, run: Job): Job {
  afterCall(job, 'pause', () => task.hostPaused('paused in croner'))
  afterCall(job, 'resume', () => task.hostResumed())
  afterCall(job, 'stop', () => void task.hostRemoved())
  const { startAt, stopAt, maxRuns = Number.POSITIVE_INFINITY } = job.options as CronerOptionsLike
  let isEarly = startAt !== undefined && startAt.getTime() > Date.now()
  if (isEarly) task.hostPaused('not before its startAt in croner')
  else if (!job.isRunning()) task.hostPaused('paused in croner')
  if (!isEarly && stopAt === undefined && maxRuns === Number.POSITIVE_INFINITY) return run
  return function (this: unknown, ...args) {
    if (isEarly) task.hostResumed()
    isEarly = false
    const result = Reflect.apply(run, this, args)
    if (job.nextRun() === null) void task.hostRemoved()
    return result
  }
}
