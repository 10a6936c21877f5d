import { describe, expect, it } from 'vitest'
import { factsOf, taskEvery } from '../../../test/health-facts.ts'
import { consecutiveFailures } from './consecutive-failures.ts'

const verdict = (failures: number, firing: boolean, rule = consecutiveFailures()): string => {
  const judgement = rule.judge(factsOf({ consecutiveFailures: failures }), firing)
  return judgement.kind === 'bad' ? judgement.status : judgement.kind
}

describe('consecutiveFailures', () => {
  it.each([
    [0, 'fine'],
    [1, 'fine'],
    [2, 'degraded'],
    [3, 'unhealthy'],
    [4, 'unhealthy'],
  ])('judges %i consecutive failures as %s', (failures, expected) => {
    expect(verdict(failures, false)).toBe(expected)
  })

  it.each([
    ['every', 3_599_999, 2, 3],
    ['every', 3_600_000, 1, 2],
    ['cron', 86_400_000, 1, 2],
    ['cron', undefined, 1, 2],
    ['manual', undefined, 1, 2],
    ['loop', undefined, 2, 3],
    ['call', undefined, 2, 3],
    ['spawn', undefined, 2, 3],
  ] as const)('has limits for %s with period %s: %i and %i', (kind, periodMs, degraded, unhealthy) => {
    const facts = (count: number) => factsOf({ consecutiveFailures: count }, taskEvery(periodMs, kind))
    const statuses = [1, 2, 3].map((count) => {
      const judgement = consecutiveFailures().judge(facts(count), false)
      return judgement.kind === 'bad' ? judgement.status : judgement.kind
    })

    expect(statuses.indexOf('degraded') + 1).toBe(degraded)
    expect(statuses.indexOf('unhealthy') + 1).toBe(unhealthy)
    expect(consecutiveFailures().describe(facts(0))).toContain(`unhealthy after ${unhealthy};`)
  })

  it('takes one limit of its own beside the default of the other', () => {
    const daily = (count: number) => factsOf({ consecutiveFailures: count }, taskEvery(86_400_000, 'cron'))

    expect(consecutiveFailures({ degraded: 3 }).judge(daily(2), false).kind).toBe('fine')
    expect(consecutiveFailures({ degraded: 3 }).judge(daily(3), false)).toMatchObject({ status: 'unhealthy' })
    expect(consecutiveFailures({ unhealthy: 9 }).judge(daily(8), false)).toMatchObject({ status: 'degraded' })
  })

  it('keeps firing after one more failure and clears after a success', () => {
    expect(verdict(1, true)).toBe('degraded')
    expect(verdict(0, true)).toBe('fine')
  })

  it('reports the count and the limit', () => {
    expect(consecutiveFailures().judge(factsOf({ consecutiveFailures: 7 }), true)).toMatchObject({
      value: 7,
      limit: 3,
      reason: 'failed 7 times in a row, limit 3',
    })
  })

  it('accepts other limits and no limit', () => {
    const rule = consecutiveFailures({ degraded: 5, unhealthy: Number.POSITIVE_INFINITY })

    expect(verdict(4, false, rule)).toBe('fine')
    expect(verdict(5, false, rule)).toBe('degraded')
    expect(verdict(500, false, rule)).toBe('degraded')
  })

  it.each([{ degraded: 0 }, { degraded: 1.5 }, { unhealthy: 1 }])('rejects %o', (options) => {
    expect(() => consecutiveFailures(options as never)).toThrow(/^Expected `consecutive-failures/)
  })

  it('rejects an unknown option', () => {
    expect(() => consecutiveFailures({ failures: 3 } as never)).toThrow(
      "Unknown option 'failures' of `consecutive-failures`. Known options: degraded, unhealthy, name, for, runs, keepFor, okRuns, restarts.",
    )
  })
})
