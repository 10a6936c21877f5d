import { describe, expect, it } from 'vitest'
import { InvalidOptionError } from '../base/errors.ts'
import type { TaskInfo } from '../base/task-info.ts'
import { consecutiveFailures } from '../health/rules/consecutive-failures.ts'
import { errorRate } from '../health/rules/error-rate.ts'
import { hung, slow, stuck } from '../health/rules/live-run.ts'
import { notRunning } from '../health/rules/loops.ts'
import { stale } from '../health/rules/stale.ts'
import * as schedules from '../schedule/index.ts'
import { testRules } from './test-rules.ts'

const loop: Partial<TaskInfo> = {
  schedule: schedules.loop().info,
}

describe('testRules', () => {
  it('simulates failed runs until the error rate has enough of them', () => {
    testRules({
      rules: [errorRate()],
      period: '30s',
      runs: [{ at: '0s', outcome: 'failed', times: 10 }],
      expect: [
        { at: '90s', status: 'degraded', rules: [] },
        { at: '2m', status: 'unhealthy', rules: ['error-rate'] },
        { at: '5m', status: 'unhealthy', rules: ['error-rate'] },
      ],
    })
  })

  it('recovers when successes push the failures out of the window', () => {
    testRules({
      rules: [errorRate()],
      period: '30s',
      runs: [
        { at: '0s', outcome: 'failed', times: 5 },
        { at: '150s', times: 20 },
      ],
      expect: [
        { at: '2m', status: 'unhealthy' },
        { at: '290s', status: 'unhealthy' },
        { at: '5m', status: 'degraded' },
        { at: '7m', status: 'healthy', rules: [] },
      ],
    })
  })

  it('detects problems by time alone, without a run', () => {
    testRules({
      rules: [stale()],
      period: '30s',
      runs: [{ at: 0, times: 3 }],
      expect: [
        { at: '1m', status: 'healthy' },
        { at: 120_000, status: 'healthy' },
        { at: 120_001, status: 'degraded', rules: ['stale'] },
        { at: 180_000, status: 'degraded' },
        { at: 180_001, status: 'unhealthy' },
      ],
    })
  })

  it('reports unknown before the first run has ended', () => {
    testRules({
      period: '30s',
      runs: [{ at: '5s', took: '10s' }],
      expect: [
        { at: '14s', status: 'unknown', rules: [] },
        { at: '15s', status: 'healthy' },
      ],
    })
  })

  it('simulates live runs, which may be slow and then hung', () => {
    testRules({
      rules: [slow({ limit: '1m' }), hung()],
      runs: [{ at: '1m', took: Number.POSITIVE_INFINITY }],
      expect: [
        { at: '2m', status: 'unknown' },
        { at: 120_001, status: 'degraded', rules: ['slow'] },
        { at: '11m', status: 'degraded' },
        { at: 660_001, status: 'unhealthy', rules: ['hung', 'slow'] },
      ],
    })
  })

  it('simulates runs that beat, and loops', () => {
    testRules({
      rules: [hung({ limit: '1m' }), notRunning()],
      task: loop,
      runs: [
        { at: '1s', took: '1h', beatEvery: '50s', outcome: 'failed' },
        { at: 3_611_000, took: '2m', beatEvery: '5m' },
      ],
      expect: [
        { at: '2s', status: 'healthy' },
        { at: '30m', status: 'healthy' },
        { at: 3_611_000, status: 'healthy' },
        { at: 3_671_001, status: 'unhealthy', rules: ['hung'] },
        { at: 3_731_000, status: 'healthy' },
        { at: 3_741_001, status: 'degraded', rules: ['not-running'] },
      ],
    })
  })

  it('simulates runs that are abandoned, cancelled, late or block the event loop', () => {
    testRules({
      rules: [stuck(), consecutiveFailures()],
      runs: [
        { at: '1s', outcome: 'cancelled', times: 5, every: '1s' },
        { at: '1m', outcome: 'abandoned', took: '5s' },
        { at: '2m' },
      ],
      expect: [
        { at: '10s', status: 'unknown' },
        { at: '70s', status: 'unhealthy', rules: ['stuck', 'consecutive-failures'] },
        { at: '2m', status: 'healthy' },
      ],
    })
    testRules({
      period: '30s',
      task: { priority: 'critical' },
      runs: [{ at: 0, times: 3, lateness: '4s', blocked: '300ms' }],
      expect: [{ at: '1m', status: 'degraded', rules: ['blocks-loop', 'late'] }],
    })
  })

  it('forgets how long a run blocked the event loop after 5 to 6 minutes, as a supervisor does', () => {
    testRules({
      rules: [
        ({ blockedMs }) =>
          blockedMs > 50 ? { status: 'degraded', value: blockedMs, limit: 50, reason: '' } : undefined,
      ],
      runs: [{ at: 0 }, { at: '90s', blocked: '100ms' }],
      facts: [{ at: '419s' }, { at: '420s' }],
      expect: [
        { at: '419s', status: 'degraded' },
        { at: '420s', status: 'healthy' },
      ],
    })
  })

  it('accepts facts that cannot be derived from runs', () => {
    testRules({
      rules: [
        ({ blockedMs }) =>
          blockedMs > 9 ? { status: 'degraded', value: blockedMs, limit: 9, reason: '' } : undefined,
      ],
      runs: [{ at: 0 }],
      facts: [
        { at: '1m', blockedMs: 10 },
        { at: '2m', blockedMs: 9 },
      ],
      expect: [
        { at: '59s', status: 'healthy' },
        { at: '1m', status: 'degraded', rules: ['rule-1'] },
        { at: '2m', status: 'healthy' },
      ],
    })
  })

  it('reports unknown if a rule throws', () => {
    const broken = (): undefined => {
      throw new TypeError('boom')
    }

    const { verdicts } = testRules({
      rules: [broken],
      runs: [{ at: 0 }],
      expect: [{ at: '1m', status: 'unknown' }],
    })

    expect(verdicts[0]?.health.reasons).toMatchObject([
      { rule: 'broken', reason: 'the rule threw TypeError: boom' },
    ])
  })

  it('returns each verdict and all effects', () => {
    const { verdicts, effects } = testRules({
      rules: [consecutiveFailures()],
      period: '1m',
      runs: [{ at: 0, outcome: 'failed', times: 2 }, { at: '2m' }],
      expect: [{ at: '1m', flapping: false }],
    })

    expect(verdicts).toMatchObject([{ at: 60_000, health: { status: 'degraded', since: 0 } }])
    expect(effects.map(({ at, effect }) => [at, effect.kind])).toEqual([
      [0, 'changed'],
      [60_000, 'opened'],
    ])
  })

  it('reports the first difference and the findings of the rules', () => {
    const play = (expected: object) => () =>
      testRules({
        rules: [consecutiveFailures()],
        period: '1m',
        runs: [{ at: 0, outcome: 'failed', times: 3 }],
        expect: [
          { at: '1m', status: 'degraded' },
          { at: '150s', ...expected },
        ],
      })

    expect(play({ status: 'healthy' })).toThrow(
      "At 2.5 min: expected status 'healthy', got 'unhealthy'\n  consecutive-failures is unhealthy since 60 s: failed 3 times in a row, limit 3",
    )
    expect(play({ rules: ['stale'] })).toThrow(
      'At 2.5 min: expected rules [stale], got [consecutive-failures]',
    )
    expect(play({ flapping: true })).toThrow('At 2.5 min: expected flapping true, got false')
  })

  it('reports that no rule fires', () => {
    expect(() => testRules({ runs: [{ at: 0 }], expect: [{ at: '1s', status: 'unhealthy' }] })).toThrow(
      "At 1 s: expected status 'unhealthy', got 'healthy'\n  no rule fires",
    )
  })

  it.each([
    [{ expect: [], seconds: 3 }],
    [{ expect: [{ at: 'now' }] }],
    [{ expect: [], runs: [{ at: 0, outcome: 'fine' }] }],
    [{ expect: [], runs: [{ at: 0, times: 0 }] }],
    [{ expect: [], runs: [{ at: 0, tok: 1 }] }],
    [{ expect: [], period: 0 }],
    [{ expect: [], rules: 'all' }],
  ])('rejects an invalid test: %j', (test) => {
    expect(() => testRules(test as never)).toThrow(InvalidOptionError)
  })
})
