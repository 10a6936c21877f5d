import type { Fleet } from '@runwell/core/adapter'
import { Member } from './member.ts'
import { type BullmqFleetOptions, resolveOptions } from './options.ts'

/**
 * Makes a fleet of all processes that use the same queue of BullMQ 6, on Redis, Valkey or PostgreSQL. One of these
 * processes runs each slot of a task of scope `service`. If that process dies, another one takes the run over. Pass the
 * fleet to one supervisor. The packages `bullmq`, and `ioredis` or `pg`, must be installed.
 *
 * @throws `InvalidOptionError` for an invalid option, or unless exactly one of `connection` and `postgres` is given
 * @example new Supervisor({ fleet: bullmqFleet({ connection: { host: 'redis' }, queue: 'shop' }) })
 */
export function bullmqFleet(options: BullmqFleetOptions): Fleet {
  const resolved = resolveOptions(options)
  return {
    name: resolved.store.kind === 'redis' ? 'BullMQ on Redis' : 'BullMQ on PostgreSQL',
    version: resolved.version,
    gatesReadiness: resolved.gatesReadiness,
    join: (host) => new Member(resolved, host),
  }
}
