import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Durations } from './durations.ts'
import type { Rolling } from './rolling.ts'
import type { Sketch } from './sketch.ts'
import type { Distribution } from './task-metrics.ts'

const minute = 60_000

describe('the durations of the last minutes', () => {
  it('are empty at first, however much time passes', () => {
    const durations = new Durations()

    const view = durations.recent(1e9)

    expect([view.count, view.sum, view.min, view.max, view.quantile(0.5)]).toEqual([0, 0, 0, 0, undefined])
  })

  it('drop durations older than five minutes, a minute at a time', () => {
    const durations = new Durations()
    durations.add(10, 0)
    durations.add(20, minute)
    durations.add(30, 1.5 * minute)

    expect(durations.recent(6 * minute - 1).count).toBe(3)
    expect(durations.recent(6 * minute)).toMatchObject({ count: 2, sum: 50 })
    expect(durations.recent(7 * minute - 1).count).toBe(2)
    expect(durations.recent(7 * minute)).toMatchObject({ count: 0, sum: 0 })
  })

  it('reuse their slices', () => {
    const durations = new Durations()

    for (let at = 0; at <= 100 * minute; at += minute) durations.add(at / minute, at)

    const recent = durations.recent(100 * minute)
    expect(recent.count).toBe(6)
    expect(recent.sum).toBe(95 + 96 + 97 + 98 + 99 + 100)
    expect(Math.abs(recent.min - 95)).toBeLessThanOrEqual(1.9)
    expect(Math.abs(recent.max - 100)).toBeLessThanOrEqual(2)
  })

  it('add a late value to the newest slice', () => {
    const durations = new Durations()
    durations.add(1, 10 * minute)
    durations.add(2, 0)

    expect(durations.recent(15 * minute).count).toBe(2)
    expect(durations.recent(16 * minute).count).toBe(0)
  })

  it('ignore NaN', () => {
    const durations = new Durations()

    durations.add(Number.NaN, 0)
    durations.add(5, 0)

    const recent = durations.recent(0)
    expect([recent.count, recent.sum]).toEqual([1, 5])
    expect(recent.quantile(Number.NaN)).toBeUndefined()
    expect([durations.all.count, durations.all.sum]).toEqual([1, 5])
  })

  it('return copies that do not change', () => {
    const durations = new Durations()
    durations.add(5, 0)
    const copy = (durations.recent(0) as Rolling).copy()

    durations.add(500, 1)

    expect(copy).toMatchObject({ count: 1, sum: 5 })
    expect(copy.quantile(0.5)).toBeCloseTo(5, 0)
    expect((new Durations().recent(0) as Rolling).copy().quantile(0.5)).toBeUndefined()
  })

  it('return copies without values that have left the window', () => {
    const durations = new Durations()
    durations.add(500, 0)
    durations.add(5, 7 * minute)

    const copy = (durations.recent(7 * minute) as Rolling).copy()

    expect(copy).toMatchObject({ count: 1, sum: 5 })
    expect([copy.min, copy.max].map(Math.round)).toEqual([5, 5])
  })

  it('are accurate to 2 % within the window and over all time', () => {
    const events = fc.array(
      fc.tuple(
        fc.oneof(fc.nat({ max: 2_000 }), fc.constantFrom(minute - 1, minute, minute + 1, 7 * minute)),
        fc.oneof(fc.nat({ max: 500 }), fc.double({ min: 0.001, max: 1e6, noNaN: true })),
      ),
      { minLength: 1, maxLength: 150 },
    )
    fc.assert(
      fc.property(events, fc.nat({ max: 8 * minute }), (given, later) => {
        const durations = new Durations()
        const added: { at: number; value: number }[] = []
        let now = 0
        for (const [passed, value] of given) {
          now += passed
          added.push({ at: now, value })
          durations.add(value, now)
        }
        now += later

        const view = durations.recent(now)

        const newest = Math.floor(now / minute)
        const inside = added
          .filter(({ at }) => Math.floor(at / minute) > newest - 6)
          .map(({ value }) => value)
        expectSpread(view, inside)
        expectSpread((view as Rolling).copy(), inside)
        const all = added.map(({ value }) => value)
        expectSpread(durations.all, all)
        expectSpread((durations.all as Sketch).copy(), all)
        expect([durations.all.min, durations.all.max]).toEqual([Math.min(...all), Math.max(...all)])
      }),
      { numRuns: 300 },
    )
  })
})

describe('the durations of all time', () => {
  it('count each run once, whether or not it has left the window', () => {
    const durations = new Durations()
    for (let at = 0; at <= 100 * minute; at += minute) durations.add(at / minute, at)

    expect(durations.all).toMatchObject({ count: 101, sum: 5_050, min: 0, max: 100 })
    expect(Math.abs((durations.all.quantile(0.5) ?? 0) - 50)).toBeLessThanOrEqual(1)
  })
})

function expectSpread(actual: Distribution, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b)
  expect(actual.count).toBe(values.length)
  expect(actual.sum).toBeCloseTo(
    values.reduce((sum, value) => sum + value, 0),
    2,
  )
  if (values.length === 0) return
  for (const q of [0, 0.2, 0.5, 0.9, 1]) {
    const exact = sorted[Math.max(0, Math.ceil(q * values.length) - 1)] ?? 0
    expect(Math.abs((actual.quantile(q) ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.02 * (1 + 1e-9))
  }
  expect(actual.min).toBe(actual.quantile(0))
  expect(actual.max).toBe(actual.quantile(1))
}
