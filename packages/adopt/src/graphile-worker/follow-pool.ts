import type { EventEmitter } from 'node:events'
import type { ExternalTask, Supervisor } from '@runwell/core'
import { adoptedTask } from '../base/adopted-tasks.ts'
import { taskName } from '../base/names.ts'
import type { AdoptOptions } from '../base/options.ts'

/** What is used of a pool of workers. */
export interface PoolLike {
  gracefulShutdown(message?: string): unknown
}

interface PoolEvent {
  /** Missing in events of a single worker, which has it. */
  readonly workerPool?: PoolLike
  readonly worker?: { readonly workerPool: PoolLike }
  readonly error?: unknown
}

interface JobEvent extends PoolEvent {
  readonly job: { readonly id: string; readonly task_identifier: string; readonly attempts: number }
}

interface Follower {
  readonly optionsFor: (task: string) => AdoptOptions
  readonly onReleased: (tasks: readonly ExternalTask[]) => void
}

/** Reports the jobs and the connection of a pool of workers. Other pools may share its events. */
export function followPool(
  supervisor: Supervisor,
  pool: ExternalTask,
  workerPool: PoolLike,
  events: EventEmitter,
  { optionsFor, onReleased }: Follower,
): void {
  const tasks = new Map<string, ExternalTask>()
  const runs = new Map<string, ReturnType<ExternalTask['begin']>>()
  let isReleased = false
  const taskOf = (identifier: string): ExternalTask | undefined => {
    const { name = taskName(identifier) ?? 'task', ...rest } = optionsFor(identifier)
    const task =
      tasks.get(identifier) ??
      adoptedTask(supervisor, {}, () => isReleased, { ...rest, name, host: 'Graphile Worker' })
    if (task) tasks.set(identifier, task)
    return task
  }
  const on = <Event extends PoolEvent>(event: string, listen: (event: Event) => void): void => {
    events.on(event, (told: Event) => {
      if ((told.workerPool ?? told.worker?.workerPool) === workerPool) listen(told)
    })
  }
  on<PoolEvent & { readonly tasks: object }>('worker:create', (told) => {
    for (const identifier of Object.keys(told.tasks)) taskOf(identifier)
  })
  on<JobEvent>('job:start', ({ job }) => {
    pool.up()
    const run = taskOf(job.task_identifier)?.begin()
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
  // From then on the pool takes no more jobs. Those that are live may still take long.
  for (const event of ['pool:gracefulShutdown', 'pool:forcefulShutdown', 'pool:release']) {
    on(event, () => {
      isReleased = true
      onReleased([...tasks.values()])
    })
  }
}
