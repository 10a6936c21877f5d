import type { TaskGroup } from '../base/task-group.ts'
import type { BossJobLike, BossLike } from './boss-like.ts'

type Handler = (jobs: readonly BossJobLike[], ...rest: unknown[]) => unknown

export function watchQueues(boss: BossLike, queues: TaskGroup) {
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
    return boss.work(queue, ...([...args.slice(0, -1), call] as never[]))
  }
  const offWork = async (queue: unknown, ...args: unknown[]): Promise<void> => {
    await boss.offWork(queue as never, ...(args as never[]))
    if (typeof queue === 'string') queues.remove(queue)
  }
  return { work, offWork }
}
