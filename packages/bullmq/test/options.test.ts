import { Supervisor } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import { bullmqFleet } from '../src/index.ts'
import { asSetupError } from '../src/store/setup-error.ts'

const given = (options: object) => () => bullmqFleet(options as Parameters<typeof bullmqFleet>[0])

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
    [{ connection: {} }, /Expected `queue` to be a name/],
    [{ connection: {}, queue: 'a:b' }, /without ':'/],
    [{ connection: 'redis://localhost', queue: 'shop' }, /`bullmqFleet.connection` to be connection options/],
    [{ connection: {}, queue: 'shop', takeOverWithin: '1ms' }, /`bullmqFleet.takeOverWithin`/],
    [{ connection: {}, queue: 'shop', pollEvery: 'soon' }, /`bullmqFleet.pollEvery`/],
    [{ connection: {}, queue: 'shop', whenCutOff: 'stop' }, /one of 'finish', 'abort'/],
    [{ connection: {}, queue: 'shop', concurrency: 0 }, /a whole number from 1/],
    [{ connection: {}, queue: 'shop', takeoverWithin: '30s' }, /Did you mean `?'?.*takeOverWithin/],
  ])('refuses %j', (options, message) => {
    expect(given(options)).toThrow(message)
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
