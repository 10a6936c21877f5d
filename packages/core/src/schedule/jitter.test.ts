import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cron } from './cron.ts'
import { delay } from './delay.ts'
import { every } from './every.ts'
import { dueOf as dueWith, hashToUnit, spreadOf } from './jitter.ts'
import type { Schedule } from './schedule.ts'

const seeds = fc.integer()
const names = fc.string({ minLength: 1, maxLength: 40 })

function dueOf(schedule: Schedule, task: string, slot: number, seed: number, anchor: number): number {
  return dueWith(schedule, task, slot, seed, anchor, spreadOf(schedule, task, seed))
}

describe('hashToUnit', () => {
  test('is the same in every process and version', () => {
    expect(hashToUnit(0)).toBe(0.32970561971887946)
    expect(hashToUnit(1, 'feeds.poll', 1_700_000_000_000)).toBe(0.13089919625781476)
  })

  test('is in [0, 1)', () => {
    fc.assert(
      fc.property(seeds, names, fc.double({ noNaN: true }), (seed, name, slot) => {
        const value = hashToUnit(seed, name, slot)

        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThan(1)
      }),
    )
  })

  test('depends on seed, text, number and the boundaries between texts', () => {
    const all = [
      hashToUnit(1, 'ab', 'c', 1),
      hashToUnit(2, 'ab', 'c', 1),
      hashToUnit(1, 'a', 'bc', 1),
      hashToUnit(1, 'ab', 'c', 2),
      hashToUnit(1, 'ab', 'c', 1.5),
      hashToUnit(1, 'ab', 'c', -1),
      hashToUnit(1, 'ab', 'c', '1'),
      hashToUnit(1, 'ab', 'c'),
      hashToUnit(1, 1, 'c', 'ab'),
    ]

    expect(new Set(all).size).toBe(all.length)
  })

  test('treats -0 as 0', () => {
    expect(hashToUnit(1, -0)).toBe(hashToUnit(1, 0))
  })

  test.each([
    ['slots a minute apart', (i: number) => hashToUnit(7, 'task', 1.7e12 + i * 60_000)],
    ['slots from a fractional start', (i: number) => hashToUnit(7, 'task', 1234.5678 + i * 30_000)],
    ['numbered tasks', (i: number) => hashToUnit(7, `task.${i}`, 'spread')],
    ['seeds in a row', (i: number) => hashToUnit(i, 'task', 0)],
  ])('is uniform over %s', (_, at) => {
    const buckets = new Array<number>(20).fill(0)
    for (let i = 0; i < 20_000; i += 1) {
      const bucket = Math.floor(at(i) * 20)
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    const chiSquare = buckets.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0)

    expect(chiSquare).toBeLessThan(60) // for a uniform hash, `chiSquare` is above 44 in only 1 of 1,000 tests
  })

  test('is uncorrelated between consecutive slots', () => {
    let products = 0
    for (let i = 0; i < 20_000; i += 1) {
      products += (hashToUnit(7, 'task', i * 1_000) - 0.5) * (hashToUnit(7, 'task', (i + 1) * 1_000) - 0.5)
    }

    expect(Math.abs(products / 20_000) * 12).toBeLessThan(0.03)
  })
})

describe('a slot is due', () => {
  test('at the slot itself without jitter and spread', () => {
    expect(dueOf(every('30s', { anchor: 'epoch' }), 'a', 60_000, 1, 0)).toBe(60_000)
    expect(dueOf(every('30s', { immediate: true }), 'a', 0, 1, 0)).toBe(0)
    expect(dueOf(every('30s', { immediate: true }), 'a', 60_000, 1, 0)).toBe(60_000)
  })

  test('within the jitter, differently for each slot and task', () => {
    const schedule = every('30s', { jitter: '3s', immediate: true })
    const dues = [0, 1, 2, 3].map((n) => dueOf(schedule, 'a', n * 30_000, 1, 0) - n * 30_000)

    expect(new Set(dues).size).toBe(4)
    expect(dues.every((moved) => moved >= 0 && moved < 3_000)).toBe(true)
    expect(dueOf(schedule, 'b', 0, 1, 0)).not.toBe(dues[0])
  })

  test('before the next slot, with some room, even with both jitter and spread', () => {
    fc.assert(
      fc.property(
        seeds,
        names,
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 0, max: 499 }),
        (seed, name, period, thousandths) => {
          const schedule = every(period, { jitter: (period * thousandths) / 1_000, anchor: 'start' })
          const due = dueOf(schedule, name, 500, seed, 500)

          expect(due).toBeGreaterThanOrEqual(500)
          expect(due).toBeLessThan(500 + period)
        },
      ),
    )
  })

  test('spread over the period if many tasks start together', () => {
    const schedule = every('1s')
    const dues = Array.from({ length: 1_000 }, (_, i) => dueOf(schedule, `task.${i}`, 0, 1, 0))

    expect(Math.min(...dues)).toBeLessThan(20)
    expect(Math.max(...dues)).toBeGreaterThan(870)
    expect(Math.max(...dues)).toBeLessThan(900)
  })

  test('at the same time in every process and version with the same seed', () => {
    expect(dueOf(every('30s'), 'feeds.poll', 60_000, 1, 0)).toBe(61_488)
    expect(dueOf(every('30s', { jitter: '9s', immediate: true }), 'feeds.poll', 60_000, 1, 0)).toBe(64_541)
  })

  test('up to the spread of its schedule later, even if the period is longer', () => {
    const spreads = Array.from({ length: 1_000 }, (_, i) => spreadOf(every('1m'), `task.${i}`, 1))

    expect(Math.max(...spreads)).toBeGreaterThan(9_900)
    expect(Math.max(...spreads)).toBeLessThan(10_000)
  })

  test('with a spread that leaves room for the jitter', () => {
    const schedule = every('10s', { jitter: '4s' })
    const spreads = Array.from({ length: 1_000 }, (_, i) => spreadOf(schedule, `task.${i}`, 1))

    expect(Math.max(...spreads)).toBeGreaterThan(5_300)
    expect(Math.max(...spreads)).toBeLessThan(5_400) // 0.9 · (10 s period − 4 s jitter) = 5.4 s
  })

  test('within the jitter even if the next slot depends on the end of the run', () => {
    const schedule = delay('30s', { jitter: '3s' })
    const dues = Array.from({ length: 500 }, (_, i) => dueWith(schedule, `task.${i}`, 30_000, 1, 0, 0))

    expect(Math.min(...dues)).toBeGreaterThanOrEqual(30_000)
    expect(Math.max(...dues)).toBeGreaterThan(32_900)
    expect(Math.max(...dues)).toBeLessThan(33_000)
  })

  test('equally long after each slot, apart from jitter', () => {
    const schedule = every('30s')
    const spreadMs = spreadOf(schedule, 'a', 7)

    expect(spreadMs).toBeGreaterThan(0)
    expect([0, 1, 2, 1_000].map((n) => dueOf(schedule, 'a', 50 + n * 30_000, 7, 50) - n * 30_000)).toEqual(
      [50, 50, 50, 50].map((slot) => slot + spreadMs),
    )
  })

  test('before the next slot of a cron expression, however large its jitter', () => {
    const schedule = cron('0,1 12 * * *', { timeZone: 'UTC', jitter: '2h' })
    const noon = Date.UTC(2026, 0, 1, 12)
    const near = Array.from({ length: 500 }, (_, i) => dueOf(schedule, `task.${i}`, noon, 1, 0) - noon)
    const far = Array.from({ length: 500 }, (_, i) => dueOf(schedule, `task.${i}`, noon + 60_000, 1, 0))

    expect(Math.max(...near)).toBeLessThan(60_000)
    expect(Math.max(...near)).toBeGreaterThan(55_000)
    expect(Math.max(...far) - noon).toBeGreaterThan(3_600_000)
  })
})
