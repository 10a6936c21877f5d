import { createRequire } from 'node:module'
import * as bullmq from 'bullmq'
import * as graphile from 'graphile-worker'
import PgBoss from 'pg-boss'
import { PostgresServer } from '../../../../../scripts/servers/postgres.ts'
import { RedisServer } from '../../../../../scripts/servers/redis.ts'
import type { Library } from '../../harnesses/all.ts'
import { bullmqHarness } from '../../harnesses/bullmq.ts'
import { discordHarness } from '../../harnesses/discord.ts'
import { DiscordGateway } from '../../harnesses/discord-gateway.ts'
import { graphileHarness } from '../../harnesses/graphile-worker.ts'
import { pgBossHarness } from '../../harnesses/pg-boss.ts'

/** Older versions are installed under other names, such as `bullmq-v5`. */
const older = createRequire(import.meta.url)

export interface ServerLibraries extends AsyncDisposable {
  /** The newest versions that run on Node 20. */
  readonly newest: readonly Library[]
  readonly oldest: readonly Library[]
}

export async function startServers(): Promise<ServerLibraries> {
  const redis = await RedisServer.start()
  const postgres = await PostgresServer.start()
  const discord = await DiscordGateway.start()
  const { connection } = redis
  const { url } = postgres
  return {
    newest: [
      { name: 'BullMQ 6', harness: (_, ms) => bullmqHarness(bullmq, connection, ms) },
      { name: 'pg-boss 10', harness: (_, ms) => pgBossHarness(PgBoss, url, 'boss', ms) },
      { name: 'Graphile Worker 0.17', harness: (_, ms) => graphileHarness(graphile, url, 'graphile', ms) },
      { name: 'discord.js 14', harness: (_, ms) => discordHarness(discord, ms) },
    ],
    oldest: [{ name: 'BullMQ 5', harness: (_, ms) => bullmqHarness(older('bullmq-v5'), connection, ms) }],
    async [Symbol.asyncDispose]() {
      for (const server of [redis, postgres, discord]) await server[Symbol.asyncDispose]()
    },
  }
}
