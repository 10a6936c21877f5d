import { Supervisor } from '@runwell/core'
import { Redis, type RedisOptions } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bullmqFleet } from '../src/index.ts'
import { redisOptions } from '../src/store/redis-options.ts'
import { asSetupError } from '../src/store/setup-error.ts'

const given = (options: object) => () => bullmqFleet(options as Parameters<typeof bullmqFleet>[0])

const method = (): void => {}
/** An object with the methods by which BullMQ recognizes a client. */
const clientLike = { connect: method, disconnect: method, duplicate: method, options: {} }
const clusterLike = { ...clientLike, defineCommand: method, isCluster: true }
const nodeRedisLike = { ...clientLike, isOpen: false }

describe('bullmqFleet', () => {
  it('names the store', () => {
    expect(bullmqFleet({ connection: {}, queue: 'shop' }).name).toBe('BullMQ on Redis')
    expect(bullmqFleet({ postgres: 'postgres://localhost/shop', queue: 'shop' }).name).toBe(
      'BullMQ on PostgreSQL',
    )
  })

  it('passes the version and readiness on', () => {
    const fleet = bullmqFleet({ connection: {}, queue: 'shop', version: '2.1', gatesReadiness: true })
    expect([fleet.version, fleet.gatesReadiness]).toEqual(['2.1', true])
  })

  it('is accepted by a supervisor, and connects only when that is started', () => {
    const fleet = bullmqFleet({ connection: { port: 1 }, queue: 'shop' })
    expect(() => new Supervisor({ fleet })).not.toThrow()
  })

  it.each([
    [{ queue: 'shop' }, /either `connection` for Redis or Valkey, or `postgres`, got 'neither'/],
    [{ connection: {}, postgres: 'x', queue: 'shop' }, /or `postgres`, got 'both'/],
    [{ connection: {} }, /Expected `bullmqFleet\.queue` to be a name/],
    [{ connection: {}, queue: 'a:b' }, /without ':'/],
    [{ connection: 'localhost:6379', queue: 'shop' }, /`bullmqFleet.connection` to be a URL such as 'redis:/],
    [{ connection: { keyPrefix: 'app:' }, queue: 'shop' }, /keyPrefix.*left out: use the option `prefix`/],
    [{ connection: 'redis://h?keyPrefix=app:', queue: 'shop' }, /got 'app:'/],
    [{ connection: 'redis://h/2?family=6&keyPrefix=app:', queue: 'shop' }, /got 'app:'/],
    [{ connection: { url: 'redis://h?keyPrefix=app:', db: 2 }, queue: 'shop' }, /got 'app:'/],
    [{ connection: { url: '/tmp/redis.sock?keyPrefix=app:' }, queue: 'shop' }, /got 'app:'/],
    [{ connection: ['redis'], queue: 'shop' }, /`bullmqFleet.connection` to be a URL such as/],
    [{ connection: clusterLike, queue: 'shop' }, /a client of ioredis that is not a cluster/],
    [{ connection: nodeRedisLike, queue: 'shop' }, /a client of ioredis that is not a cluster/],
    [{ connection: {}, queue: 'shop', takeOverWithin: '1ms' }, /`bullmqFleet.takeOverWithin`/],
    [{ connection: {}, queue: 'shop', pollEvery: 'soon' }, /`bullmqFleet.pollEvery`/],
    [{ connection: {}, queue: 'shop', whenCutOff: 'stop' }, /one of 'finish', 'abort'/],
    [{ connection: {}, queue: 'shop', concurrency: 0 }, /a whole number from 1/],
    [{ connection: {}, queue: 'shop', takeoverWithin: '30s' }, /Did you mean `?'?.*takeOverWithin/],
  ])('refuses %j', (options, message) => {
    expect(given(options)).toThrow(message)
  })
})

it.each(['redis://h', 'redis://h?keyPrefix=', 'redis://h?db=2', { url: 'redis://h?db=2', keyPrefix: '' }])(
  'bullmqFleet accepts a connection without a prefix of its keys: %j',
  (connection) => {
    expect(given({ connection, queue: 'shop' })).not.toThrow()
  },
)

it('bullmqFleet shows no password of a refused URL', () => {
  expect(given({ connection: 'http://:hunter2@localhost', queue: 'shop' })).toThrow(/^(?!.*hunter2)/s)
})

describe('the connections of a fleet on Redis', () => {
  const target = { host: '10.0.0.7', port: 6380, db: 2, username: 'shop', password: 'hunter2' }

  it('have the options of the client that was passed, but reconnect as a fleet needs', () => {
    const client = new Redis({
      ...target,
      lazyConnect: true,
      maxRetriesPerRequest: 3,
      retryStrategy: () => 9,
    })
    onTestFinished(() => client.disconnect())

    const { retryStrategy, maxRetriesPerRequest, ...options } = redisOptions(client) as RedisOptions
    expect(options).toMatchObject(target)
    expect(maxRetriesPerRequest).toBeUndefined()
    expect([1, 2, 3, 4, 50].map((tries) => retryStrategy?.(tries))).toEqual([500, 1_000, 2_000, 2_000, 2_000])
  })

  it('may have a retryStrategy of their own', () => {
    const { retryStrategy } = redisOptions({ ...target, retryStrategy: () => 9 }) as RedisOptions
    expect(retryStrategy?.(1)).toBe(9)
  })

  it('can be given as a URL', () => {
    expect(redisOptions('rediss://shop:hunter2@10.0.0.7:6380/2')).toMatchObject({
      url: 'rediss://shop:hunter2@10.0.0.7:6380/2',
    })
  })
})

describe('an error of a store', () => {
  const said = (message: string, more: object = {}): string =>
    (asSetupError(Object.assign(new Error(message), more)) as Error).message

  it.each([
    [
      "NOPERM User runwell has no permissions to run the 'evalsha' command",
      /lacks a permission that BullMQ needs/,
    ],
    ['NOAUTH Authentication required.', /refuses the login/],
    ['WRONGPASS invalid username-password pair', /refuses the login/],
    ['Redis version needs to be greater or equal than 5.0.0 Current: 4.0.9', /Redis is too old/],
    ['permission denied for database shop', /grant it CREATE on the database/],
  ])('becomes one sentence with its cure: %s', (message, sentence) => {
    expect(said(message)).toMatch(sentence)
    expect(said(message)).toContain(message)
  })

  it('is recognised by its code on PostgreSQL', () => {
    expect(said('no', { code: '28P01' })).toMatch(/refuses the login/)
    expect(said('no', { code: '42501' })).toMatch(/lacks a permission/)
  })

  it('is returned unchanged if it is not about the set-up', () => {
    const error = new Error('connect ECONNREFUSED 127.0.0.1:6379')
    expect(asSetupError(error)).toBe(error)
  })
})
