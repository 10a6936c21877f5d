import type { ExternalTask, RunContext } from '@runwell/core'
import { telemetryAround } from './telemetry.ts'
import { type JobLike, listener, type WorkerLike } from './worker-like.ts'

export interface LiveJob {
  readonly context: RunContext
  readonly end: (error?: unknown) => void
}

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
      // BullMQ emits no event if a job moves itself back to the queue. So the run also ends when `processed` settles.
      Promise.resolve(processed).then(() => end(), end)
      await ended.finally(() => {
        // After a stall, this worker can start the job again before the first run has ended. Then `live` contains the
        // second run.
        if (live.get(jobId) === job) live.delete(jobId)
      })
    })
    // BullMQ receives the failure from the returned promise, so this rejection is ignored.
    run.catch(() => {})
    return result[0] as ReturnType<typeof process>
  })

  const on = listener(worker)
  on('active', (job: JobLike) => {
    // If the worker does not run, the application itself fetches and processes the jobs. Such a job gets no run, so
    // its entry in `attempts` would never be deleted.
    if (worker.isRunning()) attempts.set(String(job.id), job.attemptsMade + 1)
  })
  on('completed', (job: JobLike) => live.get(String(job.id))?.end())
  on('failed', (job: JobLike | undefined, error: Error) => {
    const known = live.get(String(job?.id))
    if (known) known.end(error ?? new Error('failed without an error'))
    // BullMQ itself fails a job that has stalled too often. It does not process the job, so the job has no run yet.
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
