import { PostgresServer } from '../../../../scripts/servers/postgres.ts'
import { RedisServer } from '../../../../scripts/servers/redis.ts'
import type { BullmqFleetOptions } from '../../src/options.ts'

/** A store of its own on loopback. */
export interface Store extends AsyncDisposable {
  readonly options: Pick<BullmqFleetOptions, 'connection' | 'postgres'>
  crash(): Promise<void>
  restart(): Promise<void>
}

export const stores: Readonly<Record<'Redis' | 'PostgreSQL', () => Promise<Store>>> = {
  async Redis() {
    const server = await RedisServer.start({ appendonly: 'yes', appendfsync: 'always' })
    return {
      options: { connection: server.connection },
      crash: () => server.crash(),
      restart: () => server.restart(),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  },
  async PostgreSQL() {
    const server = await PostgresServer.start()
    return {
      options: { postgres: server.url },
      crash: () => server.crash(),
      restart: () => server.restart(),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  },
}
