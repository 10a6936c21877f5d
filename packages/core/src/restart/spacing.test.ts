import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spaceRestart } from './spacing.ts'

describe('spaceRestart', () => {
  it('uses the due time when nothing is near', () => {
    const restartTimes = [1_000, 3_000]

    expect(spaceRestart(restartTimes, 2_000, 500)).toBe(2_000)
    expect(restartTimes).toEqual([1_000, 2_000, 3_000])
  })

  it('keeps restarts that are due together 100 ms apart', () => {
    const restartTimes: number[] = []

    expect([1, 2, 3].map(() => spaceRestart(restartTimes, 1_000, 0))).toEqual([1_000, 1_100, 1_200])
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
    const restartTimes = [100, 200, 300]

    spaceRestart(restartTimes, 1_000, 200)

    expect(restartTimes).toEqual([200, 300, 1_000])
  })

  it('ignores restarts that are due at other times', () => {
    const farAway = Array.from({ length: 98 }, (_, index) => 1e6 + index)

    expect(spaceRestart([1_000, ...farAway], 1_000, 0)).toBe(1_100)
  })

  it('halves the distance as often as needed, so that none is moved by more than five seconds', () => {
    const restartTimes: number[] = []
    const found = Array.from({ length: 5_000 }, () => spaceRestart(restartTimes, 0, 0))

    // In 5 s, 50 restarts fit with gaps of 100 ms, 100 with gaps of 50 ms, and 200 with gaps of 25 ms.
    expect(found.slice(0, 3)).toEqual([0, 100, 200])
    expect(found[49]).toBe(4_900)
    expect(found.slice(50, 53)).toEqual([50, 150, 250])
    expect(found[99]).toBe(4_950)
    expect(found.slice(100, 103)).toEqual([25, 75, 125])
    expect(Math.max(...found)).toBeLessThanOrEqual(5_000)
    expect(new Set(found).size).toBe(5_000)
    for (const first of [100, 200, 400, 3_200]) expect(Math.max(...found.slice(0, first))).toBeLessThan(5_000)
  })

  it('keeps within five seconds if restarts with a jitter come in any order', () => {
    const restartTimes: number[] = []
    for (let count = 0; count < 2_000; count += 1) {
      const dueAt = 1_000 + ((count * 7_919) % 250)

      expect(spaceRestart(restartTimes, dueAt, 0) - dueAt).toBeLessThanOrEqual(5_000)
    }
  })

  it('is never early, keeps its distance, and keeps the restartTimes in order', () => {
    const wishes = fc.array(fc.tuple(fc.nat({ max: 3_000 }), fc.nat({ max: 50 })), { maxLength: 80 })
    fc.assert(
      fc.property(wishes, (all) => {
        const restartTimes: number[] = []
        let now = 0
        for (const [ahead, passed] of all) {
          now += passed
          const dueAt = now + ahead
          const others = restartTimes.filter((other) => other >= now)
          const gap = others.length < 50 ? 100 : 50

          const found = spaceRestart(restartTimes, dueAt, now)

          expect(found).toBeGreaterThanOrEqual(dueAt)
          for (const other of others) expect(Math.abs(other - found)).toBeGreaterThan(gap - 1e-6)
          expect(restartTimes).toEqual([...others, found].sort((a, b) => a - b))
          const isForced = others.some((other) => Math.abs(other + gap - found) < 1e-6)
          expect(found === dueAt || isForced).toBe(true)
        }
      }),
    )
  })
})
