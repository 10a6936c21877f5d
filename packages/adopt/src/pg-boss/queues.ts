import type { TaskGroup } from '../base/task-group.ts'
import type { BossJobLike, BossLike } from './boss-like.ts'

type Handler = (jobs: readonly BossJobLike[], ...rest: unknown[]) => unknown

/**
 * The id that selects one worker. pg-boss 10 takes `{ id }` instead of the name of the queue. Newer versions take the
 * id in the options.
 */
function idOf(queue: unknown, options: unknown): unknown {
  const where = typeof queue === 'string' ? options : queue
  return (where as { readonly id?: unknown } | null | undefined)?.id
}

export function watchQueues(boss: BossLike, queues: TaskGroup) {
  /** The ids that `work` has returned for each queue, without those for which `offWork` was called. */
  const workers = new Map<string, Set<string>>()
  const idsOf = (queue: string): Set<string> => {
    const ids = workers.get(queue) ?? new Set()
    workers.set(queue, ids)
    return ids
  }
  const begin = async (queue: string, working: Promise<string>): Promise<string> => {
    const id = await working
    idsOf(queue).add(id)
    return id
  }
  const work = (queue: string, ...args: unknown[]): Promise<string> => {
    const handler = args.at(-1)
    const task = typeof handler === 'function' ? queues.of(queue) : undefined
    // If the handler is missing, pg-boss itself throws. If the supervisor has stopped, the jobs get no runs.
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
    // Collected before `offWork` is called. A worker that begins during this call must keep the task.
    const over = id === undefined ? names.flatMap((name) => [...idsOf(name)]) : [id as string]
    await boss.offWork(queue as never, ...(args as never[]))
    for (const name of names) {
      const ids = idsOf(name)
      const had = ids.size
      for (const each of over) ids.delete(each)
      if (ids.size === 0 && (id === undefined || had > 0)) queues.remove(name)
    }
  }
  return { work, offWork }
}
