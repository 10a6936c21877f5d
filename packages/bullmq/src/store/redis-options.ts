import { isRedisClient, type RedisTarget } from '../options.ts'

/** The longest time between two tries to connect to Redis. */
export const longestReconnectMs = 2_000

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
