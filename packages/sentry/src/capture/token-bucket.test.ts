import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bucket } from './token-bucket.ts'

describe('Bucket', () => {
  it('gives what it holds at once, then one in each refill', () => {
    const bucket = new Bucket(2, 1_000)

    const given = [0, 0, 0, 999, 1_000, 1_000, 2_000].map((at) => bucket.take(at))

    expect(given).toEqual([true, true, false, false, true, false, true])
  })

  it('never holds more than its size', () => {
    const bucket = new Bucket(2, 1_000)
    bucket.take(0)

    const given = [1e9, 1e9, 1e9].map((at) => bucket.take(at))

    expect(given).toEqual([true, true, false])
  })

  it('lends from its reserve, and makes the next ones wait for it', () => {
    const bucket = new Bucket(1, 1_000)
    bucket.take(0)

    const given = [bucket.take(0, 1), bucket.take(0, 1), bucket.take(1_000), bucket.take(2_000)]

    expect(given).toEqual([true, false, false, true])
  })

  it('gives no token twice when the clock goes back', () => {
    const bucket = new Bucket(1, 1_000)
    bucket.take(10_000)

    const given = [5_000, 5_999, 6_000, 10_000].map((at) => bucket.take(at))

    expect(given).toEqual([false, false, true, true])
  })

  it('gives at most size plus one for each refill, in whatever steps the time goes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 2_500 }), { maxLength: 200 }),
        (size, steps) => {
          const bucket = new Bucket(size, 1_000)
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
