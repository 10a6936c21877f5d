import type { Fleet } from '@runwell/core/adapter'
import { Member } from './member.ts'
import { type BullmqFleetOptions, resolveOptions } from './options.ts'

/**
 * Makes a fleet of all processes with the same store and `queue`, on Redis, Valkey or PostgreSQL. One process
 * runs each slot of a task of scope `service`. If that process dies, another process takes the run over.
 *
 * @throws `InvalidOptionError` for an invalid option, or unless exactly one store is given
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
