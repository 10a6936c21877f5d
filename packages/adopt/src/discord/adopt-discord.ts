import { loop, type Supervisor } from '@runwell/core'
import { takes } from '@runwell/core/adapter'
import { adoptedTask, knownTask } from '../base/adopted-tasks.ts'
import { afterCall } from '../base/after-call.ts'
import { checkArguments } from '../base/check-arguments.ts'
import { type AdoptEach, type AdoptOptions, checkAdoptOptions, optionsFor } from '../base/options.ts'
import { TaskGroup } from '../base/task-group.ts'
import type { ClientLike } from './client-like.ts'
import { followHandlers } from './follow-handlers.ts'
import { followShards } from './follow-shards.ts'

const host = 'discord.js'

/** Options of {@link adoptDiscord}. */
export interface AdoptDiscordOptions extends Omit<AdoptOptions, 'expects'> {
  /**
   * Whether each event with a handler gets its own task. Each call of the handler is then a run. Instead of `true`,
   * pass options for these tasks, or a function that returns the options for one task.
   *
   * Two kinds of handlers get no task: handlers added with `once`, and handlers of events about the client itself,
   * such as `ready` and `error`.
   * @defaultValue `true`
   */
  readonly handlers?: boolean | AdoptEach | undefined
}

const rules = {
  added: {
    handlers: takes<NonNullable<AdoptDiscordOptions['handlers']>>(
      'true, false, options, or a function that returns options',
      (value) => ['boolean', 'object', 'function'].includes(typeof value),
    ),
  },
  without: ['control', 'expects', 'host'],
} as const

/**
 * Registers a task for a client of discord.js, and returns the client. The task is up while all shards are connected.
 *
 * Most events with a handler also get a task, such as `discord.messageCreate`. The option `handlers` describes the
 * exceptions. When the supervisor stops, it destroys the client. By default, this happens last, because the task has
 * the priority `critical`.
 *
 * @throws {@link InvalidOptionError} if an argument or an option is invalid
 * @example adoptDiscord(supervisor, new Client({ intents }))
 */
export function adoptDiscord<Host extends ClientLike>(
  supervisor: Supervisor,
  client: Host,
  options: AdoptDiscordOptions = {},
): Host {
  checkArguments(supervisor, 'client', client, 'a Client of discord.js', ['isReady', 'destroy', 'on'])
  checkAdoptOptions('adoptDiscord', options, rules)
  const { name = 'discord', handlers = true, ...rest } = options
  const optionsOf = optionsFor('adoptDiscord.handlers', typeof handlers === 'boolean' ? {} : handlers)
  if (knownTask(supervisor, client)) return client
  let isStopping = false
  let isDestroyed = false
  const task = adoptedTask(supervisor, client, () => isDestroyed, {
    // Tasks of other priorities stop first, because their runs may use Discord until they end.
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
  if (task === undefined) return client // the supervisor has begun to stop

  const isGone = (): boolean => isDestroyed
  const wasReady = followShards(task, client, isGone)
  const tasks = new TaskGroup(supervisor, { host, optionsOf, prefix: `${name}.`, isGone })
  if (handlers !== false) followHandlers(client, tasks)
  afterCall(client, 'destroy', () => {
    isDestroyed = true
    // The tasks stay registered if the supervisor is stopping. They also stay if the client was never ready:
    // discord.js destroys the client when the login fails.
    if (isStopping || !wasReady()) return
    void task.hostRemoved()
    tasks.removeAll()
  })
  return client
}
