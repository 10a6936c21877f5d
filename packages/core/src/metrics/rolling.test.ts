import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rolling } from './rolling.ts'

const minute = 60_000

describe('Rolling', () => {
  it('is empty at first, and however much time passes', () => {
    const rolling = new Rolling()

    const view = rolling.view(1e9)

    expect([view.count, view.sum, view.min, view.max, view.quantile(0.5)]).toEqual([0, 0, 0, 0, undefined])
  })

  it('forgets a minute at a time what is over five minutes old', () => {
    const rolling = new Rolling()
    rolling.add(10, 0)
    rolling.add(20, minute)
    rolling.add(30, 1.5 * minute)

    expect(rolling.view(6 * minute - 1).count).toBe(3)
    expect(rolling.view(6 * minute)).toMatchObject({ count: 2, sum: 50 })
    expect(rolling.view(7 * minute - 1).count).toBe(2)
    expect(rolling.view(7 * minute)).toMatchObject({ count: 0, sum: 0 })
  })

  it('uses its slices again', () => {
    const rolling = new Rolling()

    for (let at = 0; at <= 100 * minute; at += minute) rolling.add(at / minute, at)

    expect(rolling.count).toBe(6)
    expect(rolling.sum).toBe(95 + 96 + 97 + 98 + 99 + 100)
  })

  it('counts what comes late to the newest slice', () => {
    const rolling = new Rolling()
    rolling.add(1, 10 * minute)
    rolling.add(2, 0)

    expect(rolling.view(15 * minute).count).toBe(2)
    expect(rolling.view(16 * minute).count).toBe(0)
  })

  it('leaves out what is no number', () => {
    const rolling = new Rolling()

    rolling.add(Number.NaN, 0)
    rolling.add(5, 0)

    expect([rolling.count, rolling.sum]).toEqual([1, 5])
    expect(rolling.quantile(Number.NaN)).toBeUndefined()
  })

  it('gives copies that stay as they are', () => {
    const rolling = new Rolling()
    rolling.add(5, 0)
    const copy = rolling.copy()

    rolling.add(500, 1)

    expect(copy).toMatchObject({ count: 1, sum: 5 })
    expect(copy.quantile(0.5)).toBeCloseTo(5, 0)
    expect(new Rolling().copy().quantile(0.5)).toBeUndefined()
  })

  it('is within 2 % of what the values of its window say', () => {
    const events = fc.array(
      fc.tuple(
        fc.oneof(fc.nat({ max: 2_000 }), fc.constantFrom(minute - 1, minute, minute + 1, 7 * minute)),
        fc.oneof(fc.nat({ max: 500 }), fc.double({ min: 0.001, max: 1e6, noNaN: true })),
      ),
      { minLength: 1, maxLength: 150 },
    )
    fc.assert(
      fc.property(events, fc.nat({ max: 8 * minute }), (all, later) => {
        const rolling = new Rolling()
        const told: { at: number; value: number }[] = []
        let now = 0
        for (const [passed, value] of all) {
          now += passed
          told.push({ at: now, value })
          rolling.add(value, now)
        }
        now += later

        const view = rolling.view(now)

        const newest = Math.floor(now / minute)
        const inside = told.filter(({ at }) => Math.floor(at / minute) > newest - 6).map(({ value }) => value)
        inside.sort((a, b) => a - b)
        expect(view.count).toBe(inside.length)
        expect(view.sum).toBeCloseTo(
          inside.reduce((sum, value) => sum + value, 0),
          2,
        )
        if (inside.length === 0) return
        for (const q of [0, 0.2, 0.5, 0.9, 1]) {
          const exact = inside[Math.max(0, Math.ceil(q * inside.length) - 1)] ?? 0
          expect(Math.abs((view.quantile(q) ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.02 * (1 + 1e-9))
        }
        expect(view.min).toBe(view.quantile(0))
        expect(view.max).toBe(view.quantile(1))
      }),
      { numRuns: 300 },
    )
  })
})
