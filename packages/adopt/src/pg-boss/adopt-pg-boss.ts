import { type ExternalTask, loop, type Supervisor } from '@runwell/core'
import { adoptedTask } from '../base/adopted-tasks.ts'
import { checkArguments } from '../base/check-arguments.ts'
import { type AdoptEach, optionsFor } from '../base/options.ts'
import { withRules } from '../base/rules.ts'
import { TaskGroup } from '../base/task-group.ts'
import type { BossLike } from './boss-like.ts'
import { askDatabase } from './database.ts'
import { watchQueues } from './queues.ts'

/**
 * Keys: the objects of pg-boss that were passed to `adoptPgBoss`, and the objects that it returned. `facade`: the
 * object that `adoptPgBoss` returns for this key.
 */
const adopted = new WeakMap<object, { readonly supervisor: Supervisor; readonly facade: object }>()

/**
 * Returns an object to use instead of `boss`. Each queue that you pass to the method `work` of this object gets a
 * task of `supervisor`. Each call of the handler is a run. If you call `boss.work` directly, its jobs get no runs.
 *
 * Another task, `pg-boss`, is up while the database responds. When the supervisor stops, it stops pg-boss and waits
 * for the jobs. If the supervisor has already begun to stop, returns `boss`.
 *
 * @param options - options for all tasks, or a function that returns the options for one queue
 * @throws {@link InvalidOptionError} if an argument or an option is invalid
 * @example const boss = adoptPgBoss(supervisor, new PgBoss(url))
 */
export function adoptPgBoss<Host extends BossLike>(
  supervisor: Supervisor,
  boss: Host,
  options?: AdoptEach,
): Host {
  checkArguments(supervisor, 'boss', boss, 'a PgBoss', ['work', 'offWork', 'getDb'])
  const optionsOf = optionsFor('adoptPgBoss', options)
  const known = adopted.get(boss)
  if (known?.supervisor === supervisor) return known.facade as Host
  const name = 'pg-boss'
  const { expects, health, ...own } = optionsOf({ name, schedule: undefined })
  let isStopping = false
  let isStopped = false
  const queues = new TaskGroup(supervisor, { host: name, optionsOf, isGone: () => isStopped })
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
  if (task === undefined) return boss // the supervisor has begun to stop

  const onStopped = (): void => {
    isStopped = true
    // If the supervisor stops pg-boss, the tasks must stay registered, because the shutdown report contains them.
    if (isStopping) return
    void task.hostRemoved()
    queues.removeAll()
  }
  boss.on('stopped', onStopped)
  // pg-boss takes no more jobs after this call, but emits `stopped` only when active jobs have ended. So the tasks
  // are removed now.
  const stop = (...args: never[]): Promise<void> => {
    onStopped()
    return boss.stop(...args)
  }
  const replaced: Readonly<Record<string | symbol, unknown>> = { ...watchQueues(boss, queues), stop }
  const facade = new Proxy(boss, {
    get(target, key) {
      if (Object.hasOwn(replaced, key)) return replaced[key]
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' && key !== 'constructor' ? value.bind(target) : value
    },
  })
  for (const each of [boss, facade]) adopted.set(each, { supervisor, facade })
  return facade
}
