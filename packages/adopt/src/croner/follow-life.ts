import { types } from 'node:util'
import { type ExternalTask, schedules } from '@runwell/core'
import { afterCall } from '../base/after-call.ts'
import type { CronerLike, CronerOptionsLike } from './croner-like.ts'
import { isLastRun } from './expect-croner.ts'

type Job = (...args: unknown[]) => unknown

/**
 * Reports to the task when the job is paused, resumed or stopped, or skips a run. Returns the function that the job
 * must call instead of `run`.
 */
export function followLife(task: ExternalTask, job: CronerLike, run: Job): Job {
  afterCall(job, 'pause', () => task.hostPaused('paused in croner'))
  afterCall(job, 'resume', () => task.hostResumed())
  afterCall(job, 'stop', () => void task.hostRemoved())
  const options = job.options as CronerOptionsLike
  tellSkipped(task, job, options)
  const { startAt, stopAt, maxRuns = Number.POSITIVE_INFINITY } = options
  const hasEnd = stopAt !== undefined || maxRuns < Number.POSITIVE_INFINITY || isLastRun(job)
  let isEarly = startAt !== undefined && startAt.getTime() > Date.now()
  if (isEarly) task.hostPaused('not before its startAt in croner')
  else if (!job.isRunning())
    task.hostPaused(job.nextRun() === null ? 'has no further run in croner' : 'paused in croner')
  if (!isEarly && !hasEnd) return run
  const end = (isFailure: boolean): void => {
    if (!hasEnd || job.nextRun() !== null) return
    if (isFailure) expectNoRun(task)
    else void task.hostRemoved()
  }
  return function (this: unknown, ...args) {
    if (isEarly) task.hostResumed()
    isEarly = false
    let result: unknown
    try {
      result = Reflect.apply(run, this, args)
    } catch (error) {
      end(true)
      throw error
    }
    // Only a promise is followed, because the `then` of another thenable may start work.
    if (!types.isPromise(result)) end(false)
    else
      result.then(
        () => end(false),
        () => end(true),
      )
    return result
  }
}

/** After a failure of the last run, the task stays, so that its health shows the failure. */
function expectNoRun(task: ExternalTask): void {
  if (!task.info.schedule.recurring) return // for example at a date: no further run is expected anyway
  // With a recurring schedule, one failure would not be enough for the health. With one slot, it is.
  task.hostRescheduled(schedules.once({ at: new Date(), keep: true }))
  if (!task.paused) task.hostPaused('has no further run in croner')
}

/** If the option `protect` of a job is a function, croner calls it for each run that it skips. */
function tellSkipped(task: ExternalTask, job: CronerLike, options: CronerOptionsLike): void {
  const { protect } = options
  if (!protect) return
  let latest: number | undefined
  options.protect = (self) => {
    // croner retries a skipped run every 30 s until the next run is due, and calls `protect` at each try. Only the
    // first of these calls counts as a skipped run.
    const next = job.nextRun()?.getTime()
    if (next === undefined || next !== latest) task.skipped('overlap')
    latest = next
    if (typeof protect === 'function') protect(self)
  }
}
