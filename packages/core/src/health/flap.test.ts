import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countRelapse, type Flap, halfLifeOf, settle, settlesAt } from './flap.ts'

const minute = 60_000
const halfLife = 5 * minute

const relapsesAt = (...minutes: readonly number[]): Flap => {
  let flap: Flap | undefined
  for (const at of minutes) flap = countRelapse(flap, at * minute, halfLife)
  if (flap === undefined) throw new Error('no relapse')
  return flap
}

describe('flap', () => {
  it('starts after three relapses a minute apart, but not after two', () => {
    expect(relapsesAt(0, 1)).toMatchObject({ flapping: false, changes: 2 })
    expect(relapsesAt(0, 1, 2)).toMatchObject({ flapping: true, changes: 3 })
  })

  it('ends after 8.6 minutes without a relapse', () => {
    const flap = relapsesAt(0, 1, 2, 3)

    expect(settle({ ...flap }, (3 + 8.5) * minute, halfLife)?.flapping).toBe(true)
    expect(settle({ ...flap }, (3 + 8.6) * minute, halfLife)?.flapping).toBe(false)
    expect((settlesAt(flap, halfLife) - 3 * minute) / minute).toBeCloseTo(8.59, 2)
  })

  it('continues between a penalty of two and one once it has started', () => {
    const flap = relapsesAt(0, 1, 2, 3)

    expect(settle(flap, 6 * minute, halfLife)).toMatchObject({ flapping: true })
  })

  it('does not start at one relapse per half-life', () => {
    expect(relapsesAt(...Array.from({ length: 100 }, (_, index) => index * 5)).flapping).toBe(false)
  })

  it('ends after two half-lives, however often the status got worse again', () => {
    const flap = relapsesAt(...Array.from({ length: 1_000 }, () => 0))

    expect(flap.penalty).toBe(4)
    expect(settle({ ...flap }, 2 * halfLife - 1, halfLife)?.flapping).toBe(true)
    expect(settle({ ...flap }, 2 * halfLife, halfLife)?.flapping).toBe(false)
  })

  it('is forgotten when its penalty is almost zero', () => {
    expect(settle(relapsesAt(0), 3.9 * halfLife, halfLife)).toMatchObject({ changes: 1 })
    expect(settle(relapsesAt(0), 4.1 * halfLife, halfLife)).toBeUndefined()
  })

  it.each([
    [undefined, 5 * minute],
    [30_000, 5 * minute],
    [minute, 5 * minute],
    [2 * minute, 10 * minute],
  ])('with a period of %s ms has a half-life of %i ms', (periodMs, expected) => {
    expect(halfLifeOf(periodMs)).toBe(expected)
  })

  it('never has a penalty above 4 and predicts exactly when it settles', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 20 * minute }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(gaps, (between) => {
        let flap: Flap | undefined
        let now = 0
        for (const gap of between) {
          now += gap
          if (flap) flap = settle(flap, now, halfLife)
          flap = countRelapse(flap, now, halfLife)
          expect(flap.penalty).toBeLessThanOrEqual(4)
        }
        if (!flap?.flapping) return
        const end = settlesAt(flap, halfLife)
        expect(settle({ ...flap }, end - 1, halfLife)?.flapping).toBe(true)
        expect(settle({ ...flap }, end + 1, halfLife)?.flapping).toBe(false)
      }),
    )
  })
})
