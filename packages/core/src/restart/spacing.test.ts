import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spaceRestart } from './spacing.ts'

describe('spaceRestart', () => {
  it('returns the requested instant if nothing is near', () => {
    const places = [1_000, 3_000]

    expect(spaceRestart(places, 2_000, 500)).toBe(2_000)
    expect(places).toEqual([1_000, 2_000, 3_000])
  })

  it('keeps restarts that are due together 100 ms apart', () => {
    const places: number[] = []

    expect([1, 2, 3].map(() => spaceRestart(places, 1_000, 0))).toEqual([1_000, 1_100, 1_200])
  })

  it('accepts a neighbour that is exactly one gap away', () => {
    expect(spaceRestart([900, 1_100], 1_000, 0)).toBe(1_000)
    expect(spaceRestart([901, 1_101], 1_000, 0)).toBe(1_001)
    expect(spaceRestart([900, 1_099], 1_000, 0)).toBe(1_199)
  })

  it('finds the first gap that is wide enough', () => {
    expect(spaceRestart([1_000, 1_150, 1_350], 1_000, 0)).toBe(1_250)
  })

  it('drops only instants in the past', () => {
    const places = [100, 200, 300]

    spaceRestart(places, 1_000, 200)

    expect(places).toEqual([200, 300, 1_000])
  })

  it('spreads more than fifty restarts over five seconds', () => {
    const farAway = Array.from({ length: 98 }, (_, index) => 1e6 + index)

    expect(spaceRestart([1_000, ...farAway], 1_000, 0)).toBe(1_050)
  })

  it('is not early because of a rounding error', () => {
    const farAway = Array.from({ length: 69 }, (_, index) => 1e6 + index)
    const requested = 220.47584046580582

    expect(spaceRestart([requested - 5_000 / 71, ...farAway], requested, 0)).toBe(requested)
  })

  it('moves restarts closer together if there are many, so that all are due within seconds', () => {
    const places: number[] = []

    for (let count = 0; count < 5_000; count += 1) spaceRestart(places, 0, 0)

    expect(places).toHaveLength(5_000)
    expect(places.at(-1)).toBeLessThan(10_000)
  })

  it('is never early, keeps its distance and keeps the instants in order', () => {
    const wishes = fc.array(fc.tuple(fc.nat({ max: 3_000 }), fc.nat({ max: 50 })), { maxLength: 80 })
    fc.assert(
      fc.property(wishes, (all) => {
        const places: number[] = []
        let now = 0
        for (const [ahead, passed] of all) {
          now += passed
          const requested = now + ahead
          const others = places.filter((other) => other >= now)
          const gap = Math.min(100, 5_000 / (others.length + 1))

          const found = spaceRestart(places, requested, now)

          expect(found).toBeGreaterThanOrEqual(requested)
          for (const other of others) expect(Math.abs(other - found)).toBeGreaterThan(gap - 1e-6)
          expect(places).toEqual([...others, found].sort((a, b) => a - b))
          // Nothing earlier would fit: the result is the requested instant or directly follows a neighbour.
          const isForced = others.some((other) => Math.abs(other + gap - found) < 1e-6)
          expect(found === requested || isForced).toBe(true)
        }
      }),
    )
  })
})
