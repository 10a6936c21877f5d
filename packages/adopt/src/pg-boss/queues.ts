import type { TaskGroup } from '../base/task-group.ts'
import type { BossJobLike, BossLike } from './boss-like.ts'

type Handler = (jobs: readonly BossJobLike[], ...rest: unknown[]) => unknown

interface Workers {
  /** The ids that `work` has returned, without those for which `offWork` was called. */
  readonly ids: Set<string>
  /** How many calls of `work` have not returned an id yet. */
  pending: number
}

/**
 * Returns the id if a call of `offWork` selects one worker. pg-boss 10 takes `{ id }` instead of the name of the
 * queue. Newer versions take the id in the options.
 */
function idOf(queue: unknown, options: unknown): unknown {
  const where = typeof queue === 'string' ? options : queue
  return (where as { readonly id?: unknown } | null | undefined)?.id
}

export function watchQueues(boss: BossLike, queues: TaskGroup) {
  const workers = new Map<string, Workers>()
  const workersOf = (queue: string): Workers => {
    const known = workers.get(queue) ?? { ids: new Set(), pending: 0 }
    workers.set(queue, known)
    return known
  }
  const removeIfUnused = (queue: string): void => {
    const { ids, pending } = workersOf(queue)
    if (ids.size === 0 && pending === 0) queues.remove(queue)
  }
  const begin = async (queue: string, working: Promise<string>): Promise<string> => {
    const here = workersOf(queue)
    here.pending += 1
    try {
      const id = await working
      here.ids.add(id)
      return id
    } finally {
      here.pending -= 1
      removeIfUnused(queue) // pg-boss may have refused to work on the queue
    }
  }
  const work = (queue: string, ...args: unknown[]): Promise<string> => {
    const handler = args.at(-1)
    const task = typeof handler === 'function' ? queues.of(queue) : undefined
    // If the handler is missing, pg-boss itself throws. If the supervisor has begun to stop, the jobs get no runs.
    if (task === undefined) return boss.work(queue, ...(args as never[]))
    const call: Handler = function (this: unknown, jobs, ...rest) {
      const signal = jobs[0]?.signal
      return task.run(({ annotate }) => {
        annotate({ 'job.id': jobs.map(({ id }) => id).join(' '), 'job.count': String(jobs.length) })
        return Reflect.apply(handler as Handler, this, [jobs, ...rest])
      }, signal && { signal })
    }
    return begin(queue, boss.work(queue, ...([...args.slice(0, -1), call] as never[])))
  }
  const offWork = async (queue: unknown, ...args: unknown[]): Promise<void> => {
    const id = idOf(queue, args[0])
    const names = typeof queue === 'string' ? [queue] : [...workers.keys()]
    // These ids are read before `boss.offWork` waits for the active jobs. A worker that begins during this wait is
    // not removed, so its queue keeps the task.
    const over = id === undefined ? names.flatMap((name) => [...workersOf(name).ids]) : [id as string]
    await boss.offWork(queue as never, ...(args as never[]))
    for (const name of names) {
      for (const each of over) workersOf(name).ids.delete(each)
      removeIfUnused(name)
    }
  }
  return { work, offWork }
}
