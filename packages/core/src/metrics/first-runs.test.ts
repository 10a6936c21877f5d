import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EndedRuns } from './ended-runs.ts'
import { FirstRuns } from './first-runs.ts'
import { ManyRuns } from './many-runs.ts'

const minute = 60_000

type Run = readonly [isSuccess: boolean, durationMs: number, atMs: number]

const firstOf = ([run, ...others]: readonly [Run, ...Run[]]): EndedRuns => {
  let runs: EndedRuns = new FirstRuns(...run)
  for (const other of others) runs = runs.add(...other)
  return runs
}

describe('FirstRuns', () => {
  it('separates successes and failures exactly', () => {
    const runs = firstOf([
      [true, 12.34, 0],
      [false, 70, minute],
      [true, 5, 2 * minute],
    ])

    expect([runs.success.count, runs.success.sum, runs.success.quantile(1)]).toEqual([2, 17.34, 12.34])
    expect([runs.failure.count, runs.failure.quantile(0.5)]).toEqual([1, 70])
    expect(runs.recent(2 * minute, 2 * minute)).toEqual({ succeeded: 1, failed: 1 })
  })

  it('drops old runs from the recent numbers only', () => {
    const runs = firstOf([
      [true, 1, 0],
      [false, 2, 0],
    ])

    expect([runs.recentSuccess(6 * minute - 1).count, runs.recentFailure(6 * minute - 1).count]).toEqual([
      1, 1,
    ])
    expect([runs.recentSuccess(6 * minute).count, runs.recentFailure(6 * minute).count]).toEqual([0, 0])
    expect([runs.success.count, runs.failure.count]).toEqual([1, 1])
  })

  it('keeps eight runs individually and switches to sketches after that', () => {
    const eight = Array.from({ length: 7 }, (_, at): Run => [true, 10, at])

    expect(firstOf([[true, 10, 0], ...eight])).toBeInstanceOf(FirstRuns)
    const nine = firstOf([[false, 10, 0], ...eight, [true, 20, 8]])
    expect(nine).toBeInstanceOf(ManyRuns)
    expect([nine.success.count, nine.success.sum, nine.failure.sum]).toEqual([8, 90, 10])
    expect(nine.recent(6, 8)).toEqual({ succeeded: 5, failed: 0 })
  })

  it('is at least as accurate as the sketches', () => {
    const gaps = fc.oneof(fc.constant(0), fc.nat({ max: 4 * minute }))
    const run = fc.tuple(fc.boolean(), fc.double({ min: 0.001, max: 1e6, noNaN: true }), gaps)
    fc.assert(
      fc.property(
        fc.array(run, { minLength: 1, maxLength: 20 }),
        fc.nat({ max: 8 * minute }),
        (all, later) => {
          let now = 0
          const runs = all.map(([isSuccess, durationMs, gap]): Run => {
            now += gap
            return [isSuccess, durationMs, now]
          })
          const many = new ManyRuns()
          for (const run of runs) many.add(...run)
          const first = firstOf(runs as [Run, ...Run[]])
          now += later

          for (const [one, other] of [
            [first.success, many.success],
            [first.failure, many.failure],
            [first.recentSuccess(now), many.recentSuccess(now)],
            [first.recentFailure(now), many.recentFailure(now)],
          ] as const) {
            expect(one.count).toBe(other.count)
            expect(one.sum).toBeCloseTo(other.sum, 3)
            for (const q of [0, 0.5, 0.99, 1]) {
              const value = other.quantile(q) ?? 0
              expect(Math.abs((one.quantile(q) ?? 0) - value)).toBeLessThanOrEqual(0.021 * value)
            }
          }
          expect(first.recent(5 * minute, now)).toEqual(many.recent(5 * minute, now))
        },
      ),
    )
  })
})
