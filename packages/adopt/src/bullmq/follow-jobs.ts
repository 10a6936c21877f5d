import type { ExternalTask, RunContext } from '@runwell/core'
import { telemetryAround } from './telemetry.ts'
import { type JobLike, listener, type WorkerLike } from './worker-like.ts'

export interface LiveJob {
  readonly context: RunContext
  readonly end: (error?: unknown) => void
}

/** Makes a run of each job that the worker processes. Keeps the active runs in `live`, by job id. */
export function followJobs(task: ExternalTask, worker: WorkerLike, live: Map<string, LiveJob>): void {
  const attempts = new Map<string, number>()
  const { opts } = worker
  opts.telemetry = telemetryAround(opts.telemetry, (process, identify) => {
    const result: ReturnType<typeof process>[] = []
    const run = task.run(async (context) => {
      let end: LiveJob['end'] = () => {}
      const ended = new Promise<void>((resolve, reject) => {
        end = (error) => (error === undefined ? resolve() : reject(error))
      })
      const job: LiveJob = { context, end }
      let jobId = ''
      identify((id, name) => {
        jobId = id
        live.set(id, job)
        context.annotate({ 'job.id': id, 'job.name': name, 'job.attempt': String(attempts.get(id) ?? 1) })
        attempts.delete(id)
      })
      const processed = process()
      result.push(processed)
      // If a job moves itself back to the queue, BullMQ emits no event at its end. So `processed` ends the run.
      Promise.resolve(processed).then(() => end(), end)
      await ended.finally(() => {
        // If a job has stalled, this worker may start it again while its first run is still active. Then `live`
        // contains the second run, and the end of the first run must not delete it.
        if (live.get(jobId) === job) live.delete(jobId)
      })
    })
    // The task has recorded a failure, and BullMQ gets it from the returned promise. So this rejection is ignored.
    run.catch(() => {})
    return result[0] as ReturnType<typeof process>
  })

  const on = listener(worker)
  on('active', (job: JobLike) => {
    // If the worker does not run, the application itself fetches jobs with `getNextJob()` and processes them.
    if (worker.isRunning()) attempts.set(String(job.id), job.attemptsMade + 1)
  })
  on('completed', (job: JobLike) => live.get(String(job.id))?.end())
  on('failed', (job: JobLike | undefined, error: Error) => {
    const known = live.get(String(job?.id))
    if (known) known.end(error ?? new Error('failed without an error'))
    // The job has stalled too often, so BullMQ fails it without processing it again. A run of no duration records that.
    else task.begin().end(error)
  })
  on('progress', (job: JobLike) => live.get(String(job.id))?.context.beat())
  on('stalled', (id: string) => {
    if (live.has(id)) loseLock(id)
    else task.begin().end(new Error(`Job ${id} stalled: the process of its worker ended or was blocked`))
  })
  on('lockRenewalFailed', (ids: readonly string[]) => ids.forEach(loseLock))
  function loseLock(id: string): void {
    live.get(id)?.context.annotate({ 'job.lock': 'lost' })
  }
}
