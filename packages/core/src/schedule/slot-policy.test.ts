import { describe, expect, test } from 'vitest'
import { InvalidOptionError } from '../base/errors.ts'
import { cron } from './cron.ts'
import { every } from './every.ts'
import type { Misfire } from './schedule.ts'
import { jitterOf, slotPolicy } from './slot-policy.ts'

describe('the policy of a schedule', () => {
  test('has plain defaults', () => {
    expect(slotPolicy({ planning: 'slots' })).toEqual({
      planning: 'slots',
      dst: undefined,
      misfire: 'coalesce',
      catchUpMs: 0,
      catchUpGiven: false,
      jitterMs: 0,
      spreadMs: 0,
      delayMs: undefined,
      first: 'at-once',
      unregistersWhenFinished: false,
    })
  })

  test('contains the given values and is frozen', () => {
    const own = {
      planning: 'delay',
      dst: 'skip',
      misfire: 'skip',
      catchUpMs: 1,
      catchUpGiven: false,
      jitterMs: 2,
      spreadMs: 3,
      delayMs: 4,
      first: 'after-period',
      unregistersWhenFinished: true,
    } as const

    expect(slotPolicy(own)).toEqual(own)
    expect(Object.isFrozen(slotPolicy(own))).toBe(true)
  })
})

describe('a misfire policy', () => {
  const expected =
    "Expected `cron.misfire` to be 'coalesce', 'skip' or { all: n } with a whole number from 1 to 1000"

  test.each([
    [undefined, 'coalesce'],
    ['coalesce', 'coalesce'],
    ['skip', 'skip'],
    [{ all: 1 }, { all: 1 }],
    [{ all: 1_000 }, { all: 1_000 }],
  ])('accepts %o as %o', (value, policy) => {
    expect(every('1m', { misfire: value as Misfire | undefined }).policy.misfire).toEqual(policy)
  })

  test.each([
    ['', "''"],
    ['all', "'all'"],
    [null, 'null'],
    [3, '3'],
    [{}, '{}'],
    [{ all: 0 }, '{"all":0}'],
    [{ all: 1.5 }, '{"all":1.5}'],
    [{ all: 1_001 }, '{"all":1001}'],
    [{ all: '5' }, '{"all":"5"}'],
    [{ all: 5, of: 6 }, '{"all":5,"of":6}'],
  ])('rejects %o', (value, shown) => {
    const call = () => cron('* * * * *', { misfire: value as Misfire })

    expect(call).toThrow(InvalidOptionError)
    expect(call).toThrow(expect.objectContaining({ message: `${expected}, got ${shown}` }))
  })
})

describe('the jitter of a period', () => {
  test('is zero by default', () => {
    expect(jitterOf('every.jitter', undefined, 1)).toBe(0)
    expect(jitterOf('every.jitter', 0, 1)).toBe(0)
  })

  test('may be anything below half of the period', () => {
    expect(jitterOf('every.jitter', '499ms', 1_000)).toBe(499)
  })

  test.each([
    [500, 'Expected `delay.jitter` to be less than half the period, got 500'],
    ['1h', "Expected `delay.jitter` to be less than half the period, got '1h'"],
  ])('is rejected from half of the period on: %o', (value, message) => {
    expect(() => jitterOf('delay.jitter', value, 1_000)).toThrow(expect.objectContaining({ message }))
  })

  test('must be a duration: null is rejected', () => {
    expect(() => jitterOf('delay.jitter', null, 1_000)).toThrow(
      expect.objectContaining({ option: 'delay.jitter', received: null }),
    )
  })
})
