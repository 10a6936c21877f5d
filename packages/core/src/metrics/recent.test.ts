import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecentOutcomes } from './recent.ts'

const hour = 3_600_000

describe('RecentOutcomes', () => {
  it('counts outcomes younger than the window, but not those exactly as old', () => {
    const recent = new RecentOutcomes()
    recent.add(true, 0)
    recent.add(false, 0)
    recent.add(false, 1_000)

    expect(recent.count(1_001, 1_000)).toEqual({ succeeded: 1, failed: 2 })
    expect(recent.count(1_000, 1_000)).toEqual({ succeeded: 0, failed: 1 })
    expect(recent.count(1_000, 2_000)).toEqual({ succeeded: 0, failed: 0 })
    expect(new RecentOutcomes().count(hour, hour)).toEqual({ succeeded: 0, failed: 0 })
  })

  it('is exact over hours for a task that runs rarely', () => {
    const recent = new RecentOutcomes()

    for (let run = 0; run <= 100; run += 1) recent.add(run % 2 === 0, run * 600_000)

    expect(recent.count(3 * hour, 100 * 600_000)).toEqual({ succeeded: 9, failed: 9 })
  })

  it('covers six hours and no more', () => {
    const recent = new RecentOutcomes()
    recent.add(true, 0)
    recent.add(true, hour)

    expect(recent.count(100 * hour, 6.5 * hour)).toEqual({ succeeded: 1, failed: 0 })
  })

  it('covers an hour of a task that runs ten times a second', () => {
    const recent = new RecentOutcomes()
    for (let run = 0; run < 8 * 36_000; run += 1) recent.add(run % 10 > 0, run * 100)

    const { succeeded, failed } = recent.count(hour, 8 * hour)

    expect(failed).toBeGreaterThanOrEqual(3_600)
    expect(failed).toBeLessThanOrEqual(3_600 * (8 / 7))
    expect(succeeded / failed).toBeCloseTo(9, 1)
  })

  it('uses slots of five seconds up to an age of 155 seconds, then of twenty', () => {
    const countedFrom = (from: number, now: number): number => {
      const recent = new RecentOutcomes()
      recent.add(true, 0)
      for (let run = 0; run < 33; run += 1) recent.add(false, now)
      return recent.count(now - from, now).succeeded
    }

    expect([countedFrom(4_999, 159_999), countedFrom(5_000, 159_999)]).toEqual([1, 0])
    expect([countedFrom(19_999, 160_000), countedFrom(20_000, 160_000)]).toEqual([1, 0])
  })

  it('is off by at most a seventh of the window, or 5 seconds, for a task that always runs', () => {
    const recent = new RecentOutcomes()
    for (let second = 0; second <= 25_000; second += 1) {
      recent.add(true, second * 1_000)
      if (second % 97 > 0) continue
      for (let window = 40; window <= Math.min(second, 21_600); window = Math.ceil(window * 1.05)) {
        const { succeeded } = recent.count(window * 1_000, second * 1_000)

        if (succeeded < window || succeeded > window + Math.max(5, window / 7)) {
          expect.fail(`${succeeded} runs in ${window} s at ${second} s`)
        }
      }
    }
  })

  it('counts at least the window, and at most a seventh or 5 seconds more', () => {
    const gaps = fc.oneof(
      fc.nat({ max: 50 }),
      fc.nat({ max: 5_000 }),
      fc.constantFrom(4_999, 5_000, 5_001, 20_000, 160_000),
      fc.nat({ max: 3 * hour }),
    )
    const bursts = fc.array(fc.tuple(gaps, fc.integer({ min: 1, max: 60 }), fc.boolean()), { maxLength: 60 })
    const windows = fc.oneof(fc.nat({ max: 60_000 }), fc.nat({ max: 6 * hour }), fc.constant(6 * hour))
    fc.assert(
      fc.property(bursts, windows, fc.nat({ max: 60_000 }), (all, windowMs, later) => {
        const recent = new RecentOutcomes()
        const added: { at: number; ok: boolean }[] = []
        let now = 0
        for (const [gap, runs, ok] of all) {
          for (let run = 0; run < runs; run += 1) {
            now += gap / runs
            added.push({ at: now, ok })
            recent.add(ok, now)
          }
        }
        now += later
        const inside = (ok: boolean, ms: number): number =>
          added.filter((one) => one.ok === ok && one.at > now - ms).length

        const counts = recent.count(windowMs, now)

        const longer = windowMs + Math.max(5_000, windowMs / 7)
        const held = inside(true, windowMs) + inside(false, windowMs)
        for (const [count, ok] of [
          [counts.succeeded, true],
          [counts.failed, false],
        ] as const) {
          expect(count).toBeGreaterThanOrEqual(inside(ok, windowMs))
          expect(count).toBeLessThanOrEqual(inside(ok, held <= 32 ? windowMs : longer))
        }
      }),
      { numRuns: 400 },
    )
  })
})
