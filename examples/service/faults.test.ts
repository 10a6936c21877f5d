import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blocks, dice, gatewayFaults, hangs, upstreamFaults } from './faults.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 })

function take<Value>(count: number, next: () => Value): Value[] {
  return Array.from({ length: count }, next)
}

describe('faults', () => {
  it('are the same for the same seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const all = () => {
          const upstream = upstreamFaults(seed)
          return [take(40, () => upstream('/items')), take(20, gatewayFaults(seed)), take(20, blocks(seed))]
        }

        expect(all()).toEqual(all())
      }),
    )
  })

  it('differ between two seeds', () => {
    const of = (seed: number) => {
      const next = upstreamFaults(seed)
      return take(100, () => next('/items'))
    }

    expect(of(1)).not.toEqual(of(2))
    expect(take(5, gatewayFaults(1))).not.toEqual(take(5, gatewayFaults(2)))
  })

  it('use numbers that are spread over [0, 1)', () => {
    const rolls = take(10_000, dice(7, 'any'))
    const mean = rolls.reduce((sum, roll) => sum + roll, 0) / rolls.length

    expect(rolls.every((roll) => roll >= 0 && roll < 1)).toBe(true)
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02)
  })
})

describe('upstreamFaults', () => {
  it('breaks one of every ten requests for any seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const next = upstreamFaults(seed)
        const tens = take(5, () => take(10, () => next('/items')))

        expect(tens.map((ten) => ten.filter((fault) => fault !== 'none').length)).toEqual([1, 1, 1, 1, 1])
      }),
    )
  })

  it('decides for each path separately', () => {
    const alone = upstreamFaults(3)
    const beside = upstreamFaults(3)

    const expected = take(30, () => alone('/items'))
    const actual = take(30, () => {
      beside('/other')
      return beside('/items')
    })

    expect(actual).toEqual(expected)
  })
})

describe('gatewayFaults', () => {
  it('ends each connection within 5 s, and refuses new ones after some', () => {
    const fates = take(300, gatewayFaults(5))

    expect(fates.every(({ lifeMs }) => lifeMs >= 2_500 && lifeMs <= 5_000)).toBe(true)
    expect(new Set(fates.map(({ end }) => end))).toEqual(new Set(['restart', 'cut', 'silence']))
    expect(fates.some(({ refuseForMs }) => refuseForMs > 0)).toBe(true)
  })
})

describe('hangs', () => {
  it('happens 3 s after the start, and once in each minute', () => {
    const due = hangs(1)
    const times: number[] = []

    for (let second = 0; second < 180; second++) if (due(second * 1_000)) times.push(second)

    expect(times[0]).toBe(3)
    expect(times.map((time) => Math.floor(time / 60))).toEqual([0, 1, 2])
  })
})
