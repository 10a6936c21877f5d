import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

describe('TokenBucket', () => {
  it('gives all its tokens at once, then one per refill', () => {
    const bucket = new TokenBucket(2, 1_000)

    const given = [0, 0, 0, 999, 1_000, 1_000, 2_000].map((at) => bucket.take(at))

    expect(given).toEqual([true, true, false, false, true, false, true])
  })

  it('never holds more tokens than its size', () => {
    const bucket = new TokenBucket(2, 1_000)
    bucket.take(0)

    const given = [1e9, 1e9, 1e9].map((at) => bucket.take(at))

    expect(given).toEqual([true, true, false])
  })

  it('lends from its reserve, and later callers wait until that is refilled', () => {
    const bucket = new TokenBucket(1, 1_000)
    bucket.take(0)

    const given = [bucket.take(0, 1), bucket.take(0, 1), bucket.take(1_000), bucket.take(2_000)]

    expect(given).toEqual([true, false, false, true])
  })

  it('gives no token twice if the clock goes back', () => {
    const bucket = new TokenBucket(1, 1_000)
    bucket.take(10_000)

    const given = [5_000, 5_999, 6_000, 10_000].map((at) => bucket.take(at))

    expect(given).toEqual([false, false, true, true])
  })

  it('gives at most its size plus one token per refill, for any steps of time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 2_500 }), { maxLength: 200 }),
        (size, steps) => {
          const bucket = new TokenBucket(size, 1_000)
          let at = 0
          let given = 0
          for (const step of steps) {
            at += step
            if (bucket.take(at)) given++
          }
          expect(given).toBeLessThanOrEqual(size + Math.floor(at / 1_000))
        },
      ),
    )
  })
})
