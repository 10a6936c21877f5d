import { PostgresServer } from '../../../../scripts/servers/postgres.ts'
import { RedisServer } from '../../../../scripts/servers/redis.ts'
import type { BullmqFleetOptions } from '../../src/options.ts'

export type StoreOptions = Pick<BullmqFleetOptions, 'connection' | 'postgres'>

/** A server of Redis or PostgreSQL that only the caller uses. */
export interface Store extends AsyncDisposable {
  readonly port: number
  readonly options: StoreOptions
  /** Options that reach the store through another port, such as a proxy. */
  through(port: number): StoreOptions
  crash(): Promise<void>
  restart(): Promise<void>
}

export const stores: Readonly<Record<'Redis' | 'PostgreSQL', () => Promise<Store>>> = {
  async Redis() {
    const server = await RedisServer.start({ appendonly: 'yes' })
    const { connection } = server
    return {
      port: connection.port,
      options: { connection },
      through: (port) => ({ connection: { ...connection, port } }),
      crash: () => server.crash(),
      restart: () => server.restart(),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  },
  async PostgreSQL() {
    const server = await PostgresServer.start()
    const { port } = new URL(server.url)
    return {
      port: Number(port),
      options: { postgres: server.url },
      through: (other) => ({ postgres: server.url.replace(`:${port}/`, `:${other}/`) }),
      crash: () => server.crash(),
      restart: () => server.restart(),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  },
}
