import { type ExternalTask, loop, type Supervisor } from '@runwell/core'
import { adoptedTask } from '../base/adopted-tasks.ts'
import { checkArguments } from '../base/check-arguments.ts'
import { taskName } from '../base/names.ts'
import { type AdoptEach, optionsOf } from '../base/options.ts'
import { withRules } from '../base/rules.ts'
import type { BossJobLike, BossLike } from './boss-like.ts'
import { askDatabase } from './database.ts'

type Handler = (jobs: readonly BossJobLike[], ...rest: unknown[]) => unknown

const supervisors = new WeakMap<object, Supervisor>()

/**
 * Returns pg-boss with a task of `supervisor` for each queue that `work` is called for. Each call of a handler is a run.
 * A further task, `pg-boss`, is up while the database answers. A stop stops pg-boss, which waits for its jobs.
 *
 * @param options - for all tasks, or a function that returns those of a queue
 * @example const boss = adoptPgBoss(supervisor, new PgBoss(url))
 */
export function adoptPgBoss<Host extends BossLike>(
  supervisor: Supervisor,
  boss: Host,
  options?: AdoptEach,
): Host {
  checkArguments(supervisor, 'boss', boss, 'a PgBoss', ['work', 'offWork', 'getDb'])
  if (supervisors.get(boss) === supervisor) return boss
  const name = 'pg-boss'
  const queues = new Map<string, ExternalTask>()
  const { expects, health, ...own } = optionsOf(options, { name, schedule: undefined })
  let isStopping = false
  let isStopped = false
  const task: ExternalTask | undefined = adoptedTask(supervisor, boss, () => isStopped, {
    ...own,
    name,
    expects: loop(),
    health: withRules(health, [askDatabase(boss, () => task)]),
    host: name,
    control: {
      async stop(deadline) {
        isStopping = true
        const timeout = Math.max(1_000, deadline.getTime() - Date.now())
        await boss.stop({ graceful: true, wait: true, timeout } as never)
        task?.down()
      },
    },
  })
  if (task === undefined) return boss // the supervisor has stopped
  boss.on('stopped', () => {
    isStopped = true
    // A stop reports how the jobs ended. Else the application has stopped it for good.
    if (!isStopping) for (const each of [task, ...queues.values()]) void each?.hostRemoved()
  })

  const taskOf = (queue: string): ExternalTask | undefined => {
    const given = optionsOf(options, { name: queue, schedule: undefined })
    const { name: own = taskName(queue) ?? name, ...rest } = given
    const known = queues.get(queue)
    const adopted = known ?? adoptedTask(supervisor, {}, () => isStopped, { ...rest, name: own, host: name })
    if (adopted) queues.set(queue, adopted)
    return adopted
  }
  const work = (queue: string, ...args: unknown[]): Promise<string> => {
    const handler = args.at(-1)
    const queueTask = typeof handler === 'function' ? taskOf(queue) : undefined
    // Without a handler pg-boss says what is wrong.
    if (queueTask === undefined) return boss.work(queue, ...(args as never[]))
    const call: Handler = function (this: unknown, jobs, ...rest) {
      const signal = jobs[0]?.signal
      return queueTask.run(({ annotate }) => {
        annotate({ 'job.id': jobs.map(({ id }) => id).join(' '), 'job.count': String(jobs.length) })
        return Reflect.apply(handler as Handler, this, [jobs, ...rest])
      }, signal && { signal })
    }
    return boss.work(queue, ...([...args.slice(0, -1), call] as never[]))
  }
  const offWork = async (queue: unknown, ...args: unknown[]): Promise<void> => {
    await boss.offWork(queue as never, ...(args as never[]))
    if (typeof queue !== 'string') return
    void queues.get(queue)?.hostRemoved()
    queues.delete(queue)
  }
  const facade = new Proxy(boss, {
    get(target, key) {
      if (key === 'work') return work
      if (key === 'offWork') return offWork
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' && key !== 'constructor' ? value.bind(target) : value
    },
  })
  supervisors.set(facade, supervisor)
  return facade
}
