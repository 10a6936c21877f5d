import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { RedisServer } from '../../../../scripts/servers/redis.ts'
import { TestMember } from './test-member.ts'

describe('a fleet on Redis', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await RedisServer.start({ requirepass: 'hunter2' })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const connection = () => ({ ...server.connection, password: 'hunter2' })
  const url = (host: string) => `redis://:hunter2@${host}:${server.connection.port}`

  async function ranSlot(options: ConstructorParameters<typeof TestMember>[0]): Promise<TestMember> {
    const member = new TestMember(options)
    onTestFinished(async () => {
      await member.close()
    })
    member.define('a')
    const slot = Date.now()
    void member.offer('a', slot)
    while (member.runs.length === 0) await sleep(5)
    expect(member.runs[0]).toMatchObject({ task: 'a', slot })
    member.runs[0]?.end()
    while (member.records.get('a')?.lastRun === undefined) await sleep(5)
    return member
  }

  test('is reached by a URL', async () => {
    await ranSlot({ connection: url(server.connection.host), queue: 'by-url' })
  })

  test('takes the options of a client, and leaves the client open when it closes', async () => {
    const client = new Redis({ ...connection(), lazyConnect: true })
    onTestFinished(() => client.disconnect())

    const member = await ranSlot({ connection: client, queue: 'by-client' })
    await member.close()

    expect(await client.keys('bull:by-client:*')).not.toEqual([])
  })
})
