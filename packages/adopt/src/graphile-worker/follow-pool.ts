import type { EventEmitter } from 'node:events'
import type { ExternalTask } from '@runwell/core'
import type { TaskGroup } from '../base/task-group.ts'

export interface PoolLike {
  gracefulShutdown(message?: string): unknown
}

interface PoolEvent {
  /** Missing in events of a single worker. These events have the pool in `worker.workerPool`. */
  readonly workerPool?: PoolLike
  readonly worker?: { readonly workerPool: PoolLike }
  readonly error?: unknown
}

interface JobEvent extends PoolEvent {
  readonly job: { readonly id: string; readonly task_identifier: string; readonly attempts: number }
}

/**
 * Reports each job of one pool of workers as a run. Reports to the task `pool` whether the workers can fetch jobs.
 */
export function followPool(
  pool: ExternalTask,
  tasks: TaskGroup,
  workerPool: PoolLike,
  events: EventEmitter,
  onReleased: () => void,
): void {
  const runs = new Map<string, ReturnType<ExternalTask['begin']>>()
  const on = <Event extends PoolEvent>(event: string, listen: (event: Event) => void): void => {
    events.on(event, (told: Event) => {
      if ((told.workerPool ?? told.worker?.workerPool) === workerPool) listen(told)
    })
  }
  on<PoolEvent & { readonly tasks: object }>('worker:create', (told) => {
    for (const identifier of Object.keys(told.tasks)) tasks.of(identifier)
  })
  on<JobEvent>('job:start', ({ job }) => {
    pool.up()
    const run = tasks.of(job.task_identifier)?.begin()
    if (run === undefined) return
    run.context.annotate({ 'job.id': String(job.id), 'job.attempt': String(job.attempts) })
    runs.set(String(job.id), run)
  })
  on<JobEvent>('job:complete', ({ job, error }) => {
    runs.get(String(job.id))?.end(error)
    runs.delete(String(job.id))
  })
  on('worker:getJob:empty', () => pool.up())
  on('worker:getJob:error', ({ error }) => pool.down(error))
  on('worker:fatalError', ({ error }) => pool.down(error))
  // After these events, the pool takes no more jobs. It already counts as released, because its active jobs may still
  // take long.
  for (const event of ['pool:gracefulShutdown', 'pool:forcefulShutdown', 'pool:release'])
    on(event, onReleased)
}
