import { type ExternalTask, loop, type Supervisor } from '@runwell/core'
import { adoptedTask, knownTask } from '../base/adopted-tasks.ts'
import { checkArguments } from '../base/check-arguments.ts'
import type { AdoptOptions } from '../base/options.ts'
import { type ClientLike, listener } from './client-like.ts'
import { followHandlers } from './follow-handlers.ts'

/** Options of the task that stands for a client. */
export interface AdoptDiscordOptions extends Omit<AdoptOptions, 'expects'> {
  /** Whether each event with a handler gets a task, of which a call of a handler is a run. @defaultValue `true` */
  readonly handlers?: boolean | undefined
}

/**
 * Gives a client of discord.js a task of `supervisor` that is up while all shards are connected, and each event with a
 * handler a task such as `discord.messageCreate`. A stop destroys the client after everything else. Returns the client.
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
  let isDestroyed = false
  const task: ExternalTask | undefined = adoptedTask(supervisor, client, () => isDestroyed, {
    // The class that stops last. What still answers Discord then has ended.
    priority: 'critical',
    ...rest,
    name,
    expects: loop(),
    host: 'discord.js',
    control: {
      async stop() {
        isDestroyed = true
        await client.destroy()
        task?.down()
      },
    },
  })

  if (task === undefined) return client // the supervisor has stopped
  const down = new Set<number>()
  const errors = new Map<number, Error>()
  const lose = (shard: number, error: Error | undefined): void => {
    if (isDestroyed) return
    down.add(shard)
    task.down(error)
  }
  const regain = (shard: number): void => {
    down.delete(shard)
    errors.delete(shard)
    if (down.size === 0 && client.isReady()) task.up()
  }
  const on = listener(client)
  on('clientReady', () => {
    if (down.size === 0) task.up()
  })
  on('shardReady', regain)
  on('shardResume', regain)
  on('shardError', (error: Error, shard: number) => {
    errors.set(shard, error)
    if (down.has(shard)) lose(shard, error)
  })
  on('shardReconnecting', (shard: number) => lose(shard, errors.get(shard)))
  on('shardDisconnect', ({ code }: { readonly code: number }, shard: number) => {
    lose(
      shard,
      new Error(`Discord closed shard ${shard} with code ${code}, and discord.js does not reconnect`),
    )
  })
  on('invalidated', () => {
    lose(-1, new Error('Discord invalidated the session, and discord.js has destroyed the client'))
  })
  if (client.isReady()) task.up()
  if (handlers) followHandlers(supervisor, client, name, () => isDestroyed)
  return client
}
