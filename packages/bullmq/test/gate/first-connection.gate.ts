import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { RedisServer } from '../../../../scripts/servers/redis.ts'
import { freePort } from '../../../../scripts/servers/server-process.ts'
import { TestMember } from './test-member.ts'

async function downError(options: ConstructorParameters<typeof TestMember>[0]) {
  const member = new TestMember(options)
  onTestFinished(async () => {
    await member.close()
  })
  while (member.lastError === undefined) await sleep(20)
  const { message } = member.lastError as Error
  return { member, message, all: inspect([member.lastError, member.warnings], { depth: 10 }) }
}

describe('the error of a fleet on Redis that has never been connected', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await RedisServer.start({ requirepass: 'hunter2' })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test.concurrent('names a wrong password, without showing it', async () => {
    const connection = `redis://:s3cret@127.0.0.1:${server.connection.port}`
    const { message, member, all } = await downError({ connection, queue: 'wrong' })
    expect(message).toMatch(/^The store refuses the login: check user and password \(WRONGPASS/)
    expect(member.warnings).toEqual([message])
    expect(all).not.toContain('s3cret')
  })

  test.concurrent('names a missing password', async () => {
    const { message } = await downError({ connection: server.connection, queue: 'missing' })
    expect(message).toMatch(/^The store refuses the login: check user and password \(NOAUTH/)
  })

  test.concurrent('names a port on which no server listens', async () => {
    const port = await freePort()
    const { message } = await downError({ connection: { host: '127.0.0.1', port }, queue: 'port' })
    expect(message).toBe(`connect ECONNREFUSED 127.0.0.1:${port}`)
  })

  test.concurrent('names an unknown host', async () => {
    const { message } = await downError({ connection: 'redis://nowhere.invalid:6379', queue: 'host' })
    expect(message).toMatch(/^getaddrinfo \w+ nowhere\.invalid$/)
  })

  test('names the address of a server that does not answer', async () => {
    const silent = createServer(() => {})
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
    onTestFinished(() => void silent.close())
    const { port } = silent.address() as { port: number }
    const connection = `redis://:s3cret@127.0.0.1:${port}`
    const { message, all } = await downError({ connection, queue: 'silent' })
    expect(message).toBe(`The store at 127.0.0.1:${port} has not answered for 5 s`)
    expect(all).not.toContain('s3cret')
  })

  test('leaves no connection that tries again after the member is closed', async () => {
    const { host, port } = server.connection
    const { member } = await downError({ connection: `redis://:s3cret@${host}:${port}`, queue: 'closed' })
    await member.close()
    const client = new Redis({ host, port, password: 'hunter2' })
    onTestFinished(() => client.disconnect())
    const received = async () =>
      Number(/total_connections_received:(\d+)/.exec(await client.info('stats'))?.[1])
    await sleep(500)
    const before = await received()
    await sleep(3_000)
    expect(await received()).toBe(before)
  })
})
