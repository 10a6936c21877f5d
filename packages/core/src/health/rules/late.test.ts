import { describe, expect, it } from 'vitest'
import { factsOf, taskEvery } from '../../../test/health-facts.ts'
import { late } from './late.ts'

describe('late', () => {
  it.each([
    ['1 s', 2_000, 1_000],
    ['1 s', 10_000, 1_000],
    ['a tenth of the period', 60_000, 6_000],
    ['1 s without a period', undefined, 1_000],
  ])('allows %s (period %s)', (_, periodMs, limit) => {
    const at = (lastLatenessMs: number) =>
      late().judge(factsOf({ lastLatenessMs }, taskEvery(periodMs)), false)

    expect(at(limit)).toEqual({ kind: 'fine' })
    expect(at(limit + 1)).toMatchObject({ status: 'degraded', value: limit + 1, limit })
  })

  it('clears at half of the limit', () => {
    const rule = late({ limit: '2s' })

    expect(rule.judge(factsOf({ lastLatenessMs: 1_001 }), true)).toMatchObject({
      status: 'degraded',
      limit: 2_000,
    })
    expect(rule.judge(factsOf({ lastLatenessMs: 1_000 }), true)).toEqual({ kind: 'fine' })
  })

  it('says below the limit when the finding ends', () => {
    const reasonAt = (lastLatenessMs: number) =>
      late({ limit: '1s' }).judge(factsOf({ lastLatenessMs }), true)

    expect(reasonAt(1_500)).toMatchObject({
      reason: 'the newest scheduled run started 1.5 s late, limit 1 s',
    })
    expect(reasonAt(800)).toMatchObject({
      reason: 'the newest scheduled run started 800 ms late, limit 1 s, ends at 500 ms',
    })
  })

  it('describes itself', () => {
    expect(late().describe(factsOf({}, taskEvery(60_000)))).toBe(
      'degraded when a run starts more than 6 s late',
    )
  })

  it('has no data before a run with a slot', () => {
    expect(late().judge(factsOf(), false)).toEqual({ kind: 'no-data' })
  })
})
