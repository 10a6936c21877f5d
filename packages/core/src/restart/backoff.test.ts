import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exponential, fixed } from './backoff.ts'
import { delayMs } from './delay.ts'
import type { Backoff } from './policy.ts'

const waits = (backoff: Backoff, jitterUnit: number): readonly number[] =>
  [0, 1, 2, 3, 4, 5, 6, 7].map((k) => delayMs(backoff, k, jitterUnit))

describe('exponential', () => {
  it('doubles from a second to a minute by default', () => {
    expect(exponential()).toEqual({ initialMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0.2 })
    expect(waits(exponential(), 0)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  })

  it('accepts durations as strings and a fractional factor', () => {
    const backoff = exponential({ initial: '100ms', factor: 1.5, max: '0.2s', jitter: 0 })

    expect(waits(backoff, 0).slice(0, 4)).toEqual([100, 150, 200, 200])
  })

  it('raises the default maximum if the first wait is over a minute', () => {
    expect(exponential({ initial: '5m' })).toMatchObject({ initialMs: 300_000, maxMs: 300_000 })
  })

  it.each([
    [{ initial: -1 }, 'backoff.initial'],
    [{ initial: '5s', max: '4s' }, 'backoff.max'],
    [{ initial: Number.NaN }, 'backoff.initial'],
    [{ max: Number.POSITIVE_INFINITY }, 'backoff.max'],
    [{ factor: 0.5 }, 'backoff.factor'],
    [{ factor: Number.POSITIVE_INFINITY }, 'backoff.factor'],
    [{ jitter: 1.1 }, 'backoff.jitter'],
    [{ jitter: -0.1 }, 'backoff.jitter'],
    [{ initialMs: 5 }, 'initialMs'],
  ])('rejects %o and names %s', (options, named) => {
    expect(() => exponential(options as object)).toThrow(named)
  })
})

describe('fixed', () => {
  it('waits exactly the same time each time', () => {
    expect(waits(fixed('5s'), 0)).toEqual(Array(8).fill(5_000))
    expect(waits(fixed('5s'), 0.999)).toEqual(Array(8).fill(5_000))
  })

  it('has jitter only if it is given', () => {
    expect(delayMs(fixed('5s', { jitter: 0.5 }), 3, 0.5)).toBe(3_750)
  })

  it('accepts zero', () => {
    expect(waits(fixed(0), 0.7)).toEqual(Array(8).fill(0))
  })

  it('rejects an invalid duration and unknown options', () => {
    expect(() => fixed('5 s' as '5s')).toThrow('delay')
    expect(() => fixed('5s', { factor: 2 } as object)).toThrow('factor')
  })
})

describe('delayMs', () => {
  it('stays finite however many restarts there are', () => {
    expect(delayMs(exponential(), 1e9, 0)).toBe(60_000)
    expect(delayMs(exponential({ initial: 0 }), 1e9, 0)).toBe(0)
  })

  const backoffs = fc
    .tuple(
      fc.integer({ min: 0, max: 10_000 }),
      fc.double({ min: 1, max: 1_000, noNaN: true }),
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(([initialMs, factor, more, jitter]) => ({ initialMs, factor, maxMs: initialMs + more, jitter }))
  const shares = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const streaks = fc.oneof(fc.nat({ max: 50 }), fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER))

  it('only ever shortens the wait, by no more than the jitter, and stays within the bounds', () => {
    fc.assert(
      fc.property(backoffs, streaks, shares, (backoff, k, jitterUnit) => {
        const whole = delayMs(backoff, k, 0)
        const moved = delayMs(backoff, k, jitterUnit)

        expect(whole).toBeLessThanOrEqual(backoff.maxMs)
        expect(whole).toBeGreaterThanOrEqual(backoff.initialMs)
        expect(moved).toBeLessThanOrEqual(whole)
        expect(moved).toBeGreaterThanOrEqual(whole * (1 - backoff.jitter))
      }),
    )
  })

  it('never gets shorter from one restart to the next', () => {
    fc.assert(
      fc.property(backoffs, streaks, (backoff, k) => {
        expect(delayMs(backoff, k + 1, 0)).toBeGreaterThanOrEqual(delayMs(backoff, k, 0))
      }),
    )
  })
})
