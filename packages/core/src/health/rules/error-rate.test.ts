import { describe, expect, it } from 'vitest'
import { factsOf, taskEvery } from '../../../test/health-facts.ts'
import type { TaskFacts } from '../facts.ts'
import { errorRate, wilsonLowerBound } from './error-rate.ts'

const minute = 60_000
const recent = (failed: number, succeeded: number): Partial<TaskFacts> => ({
  failures: 1,
  recent: () => ({ succeeded, failed }),
})

describe('errorRate', () => {
  it.each([
    [0, 10, 'fine'],
    [19, 81, 'fine'],
    [20, 80, 'degraded'],
    [49, 51, 'degraded'],
    [50, 50, 'unhealthy'],
    [10, 0, 'unhealthy'],
  ])('judges %i failures beside %i successes as %s', (failed, succeeded, verdict) => {
    const judgement = errorRate().judge(factsOf(recent(failed, succeeded)), false)

    expect(judgement.kind === 'bad' ? judgement.status : judgement.kind).toBe(verdict)
  })

  it('reports the share, the limit, the number of runs and the window', () => {
    expect(errorRate().judge(factsOf(recent(6, 4)), false)).toEqual({
      kind: 'bad',
      status: 'unhealthy',
      value: 0.6,
      limit: 0.5,
      reason: '6 of 10 runs failed in 5 min: 60 %, limit 50 %',
      recheckInMs: 30_000,
    })
  })

  it.each([
    ['half a minute', 30_000, 4, 'no-data'],
    ['half a minute', 30_000, 5, 'bad'],
    ['5 s', 5_000, 5, 'bad'],
    ['less than 5 s', 4_999, 19, 'no-data'],
    ['less than 5 s', 4_999, 20, 'bad'],
  ])('with a period of %s (%i ms) answers after %i failed runs: %s', (_, periodMs, failed, kind) => {
    expect(errorRate().judge(factsOf(recent(failed, 0), taskEvery(periodMs)), false)).toMatchObject({ kind })
  })

  it('has no data in an empty window even while it fires', () => {
    expect(errorRate().judge(factsOf(recent(0, 0)), true)).toEqual({ kind: 'no-data' })
  })

  it('does not count runs of a task that has never failed', () => {
    const recent = () => expect.fail('it counted')

    expect(errorRate().judge(factsOf({ failures: 0, recent }), false)).toEqual({ kind: 'fine' })
  })

  it('clears at half of the degraded limit and keeps firing above it', () => {
    expect(errorRate().judge(factsOf(recent(11, 89)), true)).toMatchObject({
      status: 'degraded',
      limit: 0.2,
      reason: '11 of 100 runs failed in 5 min: 11 %, limit 20 %, ends at 10 %',
    })
    expect(errorRate().judge(factsOf(recent(10, 90)), true)).toEqual({ kind: 'fine' })
    expect(errorRate().judge(factsOf(recent(11, 89)), false)).toEqual({ kind: 'fine' })
  })

  it('clears after a single successful run in the window', () => {
    expect(errorRate().judge(factsOf(recent(0, 1)), true)).toEqual({ kind: 'fine' })
    expect(errorRate().judge(factsOf(recent(1, 0)), true)).toMatchObject({ status: 'unhealthy' })
  })

  it.each([
    ['no period', undefined, 5 * minute],
    ['30 s', 30_000, 5 * minute],
    ['1 min', minute, 10 * minute],
    ['1 h', 60 * minute, 360 * minute],
  ])('looks back ten periods, at least 5 min and at most 6 h: %s', (_, periodMs, windowMs) => {
    const windows: number[] = []
    const spy = (window: number) => {
      windows.push(window)
      return { succeeded: 10, failed: 0 }
    }

    errorRate().judge(factsOf({ failures: 1, recent: spy }, taskEvery(periodMs)), false)
    errorRate({ window: '7m' }).judge(factsOf({ failures: 1, recent: spy }, taskEvery(periodMs)), false)

    expect(windows).toEqual([windowMs, 7 * minute])
  })

  it('needs a higher share of few runs than of many with confidence', () => {
    const rule = errorRate({ confidence: true, minRuns: 1 })
    const status = (failed: number, succeeded: number): unknown => {
      const judgement = rule.judge(factsOf(recent(failed, succeeded)), false)
      return judgement.kind === 'bad' ? judgement.status : judgement.kind
    }

    expect(status(1, 0)).toBe('degraded')
    expect(status(3, 0)).toBe('unhealthy')
    expect(status(1, 2)).toBe('fine')
    expect(status(5, 5)).toBe('degraded')
    expect(status(500, 500)).toBe('degraded')
    expect(status(550, 450)).toBe('unhealthy')
  })

  it.each([
    [1, 1, 0.27],
    [2, 3, 0.25],
    [3, 3, 0.53],
    [3, 5, 0.27],
    [5, 10, 0.27],
    [10, 20, 0.33],
    [0, 10, 0],
  ])('computes for %i of %i a lower bound of %f', (hits, total, bound) => {
    expect(wilsonLowerBound(hits, total)).toBeCloseTo(bound, 2)
  })

  it.each([
    [{ window: 0 }, 'error-rate.window'],
    [{ window: '7h' }, 'error-rate.window'],
    [{ minRuns: 0 }, 'error-rate.minRuns'],
    [{ degraded: 0 }, 'error-rate.degraded'],
    [{ unhealthy: 1.1 }, 'error-rate.unhealthy'],
    [{ degraded: 0.6 }, 'error-rate.degraded'],
    [{ confidence: 'yes' }, 'error-rate.confidence'],
  ])('rejects %o', (options, option) => {
    expect(() => errorRate(options as never)).toThrow(`Expected \`${option}\` to be`)
  })

  it('rejects a misspelt option', () => {
    expect(() => errorRate({ windw: '5m' } as never)).toThrow(
      "Unknown option 'windw' of `error-rate`. Did you mean 'window'?",
    )
  })

  it('describes itself', () => {
    expect(errorRate().describe(factsOf())).toBe(
      'degraded when 20 % of at least 5 runs in 5 min failed, unhealthy at 50 %',
    )
  })

  it('works without a level', () => {
    const rule = errorRate({ degraded: 0.5, unhealthy: Number.POSITIVE_INFINITY })

    expect(rule.judge(factsOf(recent(10, 0)), false)).toMatchObject({ status: 'degraded' })
  })
})
