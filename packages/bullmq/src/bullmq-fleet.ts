import type { Fleet } from '@runwell/core/adapter'
import { Member } from './member.ts'
import { type BullmqFleetOptions, resolveOptions } from './options.ts'

/**
 * Returns a value for the option `fleet` of a supervisor. All processes with the same store, `queue` and (on Redis)
 * `prefix` share the tasks of scope `service`, and one process runs each slot. If that process dies, another process
 * takes over the run. The store is Redis, Valkey or PostgreSQL.
 *
 * @throws `InvalidOptionError` for an invalid option. Also throws it if `connection` and `postgres` are both given,
 * or both missing.
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
