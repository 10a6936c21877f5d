import type { ConnectionOptions } from 'bullmq'

/** The longest time between two tries to connect to Redis. */
export const longestReconnectMs = 2_000

/** A URL of Redis, options of ioredis, or a client of ioredis. */
export type RedisTarget = string | ConnectionOptions

/** True for a URL such as `redis://localhost:6379/0` or `rediss://…`. */
export function isRedisUrl(value: unknown): value is string {
  return typeof value === 'string' && /^rediss?:\/\/./.test(value) && URL.canParse(value)
}

/** True for a client of ioredis, but not for a client of a Redis Cluster. */
export function isRedisClient(value: object): value is { readonly options: object } {
  const { options, isCluster, defineCommand } = value as Record<string, unknown>
  return isClient(value) && !isCluster && typeof defineCommand === 'function' && typeof options === 'object'
}

/** True for each client that BullMQ recognizes, such as a client of ioredis or `redis`. */
export function isClient(value: object): boolean {
  const { connect, disconnect, duplicate } = value as Record<string, unknown>
  return [connect, disconnect, duplicate].every((method) => typeof method === 'function')
}

/**
 * Returns the options with which BullMQ opens connections. A client only provides its options. Its own connection is
 * not used, because the fleet must be able to close its connections at any time.
 */
export function redisOptions(target: RedisTarget): object {
  return { retryStrategy: reconnectAfterMs, ...ownOptions(target) }
}

function ownOptions(target: RedisTarget): object {
  if (typeof target === 'string') return { url: target }
  if (!isRedisClient(target)) return target
  // ioredis has its own defaults in the options of a client. A fleet needs other values: see `reconnectAfterMs`.
  const { retryStrategy: _, maxRetriesPerRequest: __, ...options } = target.options as Record<string, unknown>
  return options
}

/** By default, BullMQ would wait up to 20 s before it connects again. */
function reconnectAfterMs(tries: number): number {
  return Math.min(longestReconnectMs, 250 * 2 ** tries)
}
