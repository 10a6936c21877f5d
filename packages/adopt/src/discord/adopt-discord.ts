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

/** Options of {@link adoptDiscord}. */
export interface AdoptDiscordOptions extends Omit<AdoptOptions, 'expects'> {
  /**
   * Whether each event with a handler gets a task, with a run for each call. Instead of `true`, pass options
   * for these tasks, or a function that returns them for one task.
   *
   * Handlers added with `once`, and events about the client itself such as `error`, are left out.
   * @defaultValue `true`
   */
  readonly handlers?: boolean | AdoptEach | undefined
}

/**
 * Registers a task for a client of discord.js, and returns the client. The task is up while all shards are
 * connected.
 *
 * Each event with a handler gets a task, too, such as `discord.messageCreate`. When the supervisor stops, it
 * destroys the client, by default in the last class, `critical`.
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
    // Runs of other classes may use Discord until they end.
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
    // The tasks stay for the report of a stop, and after a failed login.
    if (isStopping || !wasReady()) return
    void task.hostRemoved()
    tasks.removeAll()
  })
  return client
}
