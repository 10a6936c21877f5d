import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Sketch } from './sketch.ts'

const sketchOf = (values: readonly number[]): Sketch => {
  const sketch = new Sketch()
  for (const value of values) sketch.add(value)
  return sketch
}

const exactQuantile = (values: readonly number[], q: number): number | undefined =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(q * values.length) - 1)]

/** The sum is left out, because rounding makes it depend on the order of the values. */
const readingOf = (sketch: Sketch): readonly unknown[] => [
  sketch.count,
  sketch.min,
  sketch.max,
  ...[0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 1].map((q) => sketch.quantile(q)),
]

const durations = fc.oneof(
  fc.double({ min: 0.001, max: 1e9, noNaN: true }),
  fc.double({ min: 0.5, max: 200, noNaN: true }),
  fc.nat({ max: 1_000 }),
)
const lists = fc.array(durations, { minLength: 1, maxLength: 200 })

describe('Sketch', () => {
  it('is empty at first', () => {
    const sketch = new Sketch()

    expect(sketch.quantile(0.5)).toBeUndefined()
    expect([sketch.count, sketch.sum, sketch.min, sketch.max]).toEqual([0, 0, 0, 0])
  })

  it('returns a single value exactly', () => {
    const sketch = sketchOf([12.34])

    expect(readingOf(sketch)).toEqual([1, 12.34, 12.34, ...Array(8).fill(12.34)])
    expect(sketch.sum).toBe(12.34)
  })

  it('is accurate to 2 % for the numbers from 1 to 1000', () => {
    const sketch = sketchOf(Array.from({ length: 1_000 }, (_, index) => index + 1))

    expect(sketch.count).toBe(1_000)
    expect(sketch.sum).toBe(500_500)
    for (const [q, exact] of [
      [0.1, 100],
      [0.5, 500],
      [0.95, 950],
      [0.99, 990],
    ] as const) {
      expect(Math.abs((sketch.quantile(q) ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.02)
    }
    expect(sketch.quantile(0)).toBe(1)
    expect(sketch.quantile(1)).toBe(1_000)
  })

  it('counts zero, negative values and less than a microsecond as zero', () => {
    const sketch = sketchOf([0, -5, 0.0001, 10, 10])

    expect([sketch.count, sketch.min, sketch.max]).toEqual([5, -5, 10])
    expect(sketch.quantile(0.4)).toBe(0)
    expect(sketch.quantile(0.7)).toBeCloseTo(10, 0)
  })

  it('ignores NaN and accepts Infinity', () => {
    const sketch = sketchOf([Number.NaN, Number.POSITIVE_INFINITY, 1])

    expect(sketch.count).toBe(2)
    expect(sketch.max).toBe(Number.POSITIVE_INFINITY)
    expect(sketch.quantile(Number.NaN)).toBeUndefined()
  })

  it.each([255, 256, 65_535, 65_536, 70_000])('loses nothing when one bucket counts %i values', (times) => {
    const sketch = new Sketch()

    for (let count = 0; count < times; count += 1) sketch.add(1)
    for (let count = 0; count < times; count += 1) sketch.add(100)

    expect(sketch.count).toBe(2 * times)
    expect(sketch.quantile((times - 1) / (2 * times))).toBeCloseTo(1, 1)
    expect(sketch.quantile((times + 1) / (2 * times))).toBeCloseTo(100, -1)
  })

  it('continues to count beyond 32 bits', () => {
    const sketch = sketchOf([1, 1, 100])

    for (let doubled = 0; doubled < 40; doubled += 1) sketch.merge(sketch.copy())

    expect(sketch.count).toBe(3 * 2 ** 40)
    expect(sketch.quantile(0.66)).toBeCloseTo(1, 1)
    expect(sketch.quantile(0.67)).toBeCloseTo(100, -1)
  })

  it('returns copies that do not change', () => {
    const sketch = sketchOf([5])
    const copy = sketch.copy()

    sketch.add(500)

    expect(readingOf(copy)).toEqual(readingOf(sketchOf([5])))
  })

  it('is accurate to 2 % at every quantile', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 10 })
    fc.assert(
      fc.property(lists, shares, (values, qs) => {
        const sketch = sketchOf(values)

        for (const q of [...qs, 0, 0.5, 0.99, 1]) {
          const exact = exactQuantile(values, q) ?? 0
          const estimate = sketch.quantile(q) ?? Number.NaN
          expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(exact * 0.02 * (1 + 1e-9))
        }
      }),
      { numRuns: 500 },
    )
  })

  it('can be merged in any order', () => {
    fc.assert(
      fc.property(lists, lists, lists, (a, b, c) => {
        const together = sketchOf([...a, ...b, ...c])

        const left = sketchOf(a)
        left.merge(sketchOf(b))
        left.merge(sketchOf(c))
        const right = sketchOf(c)
        const tail = sketchOf(b)
        tail.merge(sketchOf(a))
        right.merge(tail)

        expect(readingOf(left)).toEqual(readingOf(together))
        expect(readingOf(right)).toEqual(readingOf(together))
        expect(left.sum).toBeCloseTo(together.sum, 1)
      }),
    )
  })
})
