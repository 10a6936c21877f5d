import { createRequire } from 'node:module'
import * as bullmq from 'bullmq'
import type { Library } from '../../harnesses/all.ts'
import { bullmqHarness } from '../../harnesses/bullmq.ts'
import { RedisServer } from '../../../../../scripts/servers/redis.ts'

/** Older versions are installed under other names, whose types are of no interest here. */
const older = createRequire(import.meta.url)

/** Host libraries that need a server. Disposing ends the servers. */
export interface ServerLibraries extends AsyncDisposable {
  readonly newest: readonly Library[]
  readonly oldest: readonly Library[]
}

export async function startServers(): Promise<ServerLibraries> {
  const redis = await RedisServer.start()
  const { connection } = redis
  return {
    newest: [{ name: 'BullMQ 6', harness: (_, ms) => bullmqHarness(bullmq, connection, ms) }],
    oldest: [{ name: 'BullMQ 5', harness: (_, ms) => bullmqHarness(older('bullmq-v5'), connection, ms) }],
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  }
}
