import { loop, type Supervisor } from '@runwell/core'
import { adoptedTask, knownTask } from '../base/adopted-tasks.ts'
import { afterCall } from '../base/after-call.ts'
import { checkArguments } from '../base/check-arguments.ts'
import type { AdoptEach, AdoptOptions } from '../base/options.ts'
import { TaskGroup } from '../base/task-group.ts'
import type { ClientLike } from './client-like.ts'
import { followHandlers } from './follow-handlers.ts'
import { followShards } from './follow-shards.ts'

const host = 'discord.js'

/** Options of the tasks that stand for a client and its handlers. */
export interface AdoptDiscordOptions extends Omit<AdoptOptions, 'expects'> {
  /**
   * Whether each event with a handler gets a task, except events about the client itself, such as `error`. Each call of
   * a handler is a run of that task. Handlers added with `once` are not counted. Instead of `true`, pass the options of
   * these tasks: one object for all, or a function that returns those of one task. @defaultValue `true`
   */
  readonly handlers?: boolean | AdoptEach | undefined
}

/**
 * Gives a client of discord.js a task of `supervisor` that is up while all shards are connected. Each event with a
 * handler gets a task, too, such as `discord.messageCreate`, except events about the client itself. By default, a stop
 * destroys the client with the last class, `critical`. Returns the client.
 *
 * @example adoptDiscord(supervisor, new Client({ intents }))
 */
export function adoptDiscord<Host extends ClientLike>(
  supervisor: Supervisor,
  client: Host,
  options: AdoptDiscordOptions = {},
): Host {
  checkArguments(supervisor, 'client', client, 'a Client of discord.js', ['isReady', 'destroy', 'on'])
  if (knownTask(supervisor, client)) return client
  const { name = 'discord', handlers = true, ...rest } = options
  let isStopping = false
  let isDestroyed = false
  const task = adoptedTask(supervisor, client, () => isDestroyed, {
    // This class stops last: by then, runs of other classes that use Discord have been stopped.
    priority: 'critical',
    ...rest,
    name,
    expects: loop(),
    host,
    control: {
      async stop() {
        isStopping = true
        await client.destroy()
        task?.down()
      },
    },
  })
  if (task === undefined) return client // the supervisor has stopped

  const isGone = (): boolean => isDestroyed
  const wasReady = followShards(task, client, isGone)
  const own = typeof handlers === 'boolean' ? undefined : handlers
  const tasks = new TaskGroup(supervisor, { host, options: own, prefix: `${name}.`, isGone })
  if (handlers !== false) followHandlers(client, tasks)
  afterCall(client, 'destroy', () => {
    isDestroyed = true
    // If the supervisor stops, its report says how the handlers ended. A client also destroys itself if it could not
    // log in.
    if (isStopping || !wasReady()) return
    void task.hostRemoved()
    tasks.removeAll()
  })
  return client
}
