import { SetupError } from './setup-error.ts'

interface Emitter {
  on(event: string, listener: (...args: never[]) => void): unknown
}

const known = new WeakSet<object>()

/**
 * Adds an empty `error` listener to each client of PostgreSQL. Without a listener, a connection that breaks while in
 * use would end the process.
 */
export async function withQuietClients(connection: object): Promise<object> {
  if (isPool(connection)) {
    if (!known.has(connection)) connection.on('acquire', quieten)
    known.add(connection)
    return connection
  }
  const Client = await loadClient()
  class QuietClient extends Client {
    constructor(config: object) {
      super(config)
      quieten(this)
    }
  }
  return { Client: QuietClient, ...connection }
}

async function loadClient(): Promise<new (config: object) => Emitter> {
  try {
    // @ts-expect-error: pg has no types of its own.
    const { default: pg } = await import('pg')
    return pg.Client
  } catch (cause) {
    throw new SetupError('The fleet needs the package pg for PostgreSQL: run `npm install pg`.', cause)
  }
}

export function isPool(connection: object): connection is Emitter {
  return typeof (connection as { query?: unknown }).query === 'function'
}

function quieten(client: Emitter): void {
  if (known.has(client)) return
  known.add(client)
  client.on('error', () => {})
}
