import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { RedisServer } from '../../../../scripts/servers/redis.ts'
import { TestMember } from './test-member.ts'

test('the newest reason of an outage of Redis replaces the earlier ones', { timeout: 60_000 }, async () => {
  await using server = await RedisServer.start()
  const { connection } = server
  const member = new TestMember({ connection, queue: 'reason' })
  const says = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test((member.lastError as Error | undefined)?.message ?? '')) await sleep(20)
  }
  while (!member.isUp) await sleep(20)
  await server.crash()
  while (member.isUp) await sleep(20)
  await says(/ECONNREFUSED/)
  const locked = await RedisServer.start({ port: String(connection.port), requirepass: 'hunter2' })
  await says(/^The store refuses the login: .*NOAUTH/)
  await locked.crash()
  await says(/ECONNREFUSED/)
  await locked[Symbol.asyncDispose]()
  await server.restart()
  while (!member.isUp) await sleep(20)
  expect(member.warnings).toEqual([expect.stringMatching(/^The store refuses the login/)])
  await member.close()
})
