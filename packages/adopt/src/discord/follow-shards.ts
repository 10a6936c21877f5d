import type { ExternalTask } from '@runwell/core'
import { type ClientLike, listener } from './client-like.ts'

/**
 * Reports to the task when shards lose their connection or have it again. Returns a function that says whether the
 * client has ever been ready.
 */
export function followShards(task: ExternalTask, client: ClientLike, isGone: () => boolean): () => boolean {
  const down = new Set<number>()
  const errors = new Map<number, Error>()
  let wasReady = false
  const up = (): void => {
    wasReady = true
    task.up()
  }
  const lose = (shard: number, error: Error | undefined): void => {
    if (isGone()) return
    down.add(shard)
    task.down(error)
  }
  const upIfReady = (): void => {
    if (down.size === 0 && client.isReady() && !isGone()) up()
  }
  const regain = (shard: number): void => {
    down.delete(shard)
    errors.delete(shard)
    upIfReady()
  }
  const on = listener(client)
  on('clientReady', upIfReady)
  on('shardReady', (shard: number) => {
    regain(shard)
    // Before 14.22, discord.js has no event `clientReady`. A listener of its older event `ready` would cause a
    // warning in newer versions. The client becomes ready right after the `shardReady` of its last shard.
    queueMicrotask(upIfReady)
  })
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
  if (client.isReady()) up()
  return () => wasReady
}
