import { describe, expect, it } from 'vitest'
import { factsOf, live, taskEvery } from '../../../test/health-facts.ts'
import type { TaskFacts } from '../facts.ts'
import type { HealthRule } from '../rule.ts'
import { blocksLoop } from './blocks-loop.ts'
import { classic } from './classic.ts'
import { consecutiveFailures } from './consecutive-failures.ts'
import { errorRate, wilsonLowerBound } from './error-rate.ts'
import { late } from './late.ts'
import { hung, slow, stuck } from './live-run.ts'
import { notRunning, restarts } from './loops.ts'
import { stale } from './stale.ts'

const loopTask = taskEvery(undefined, 'loop')

describe('the description of a rule', () => {
  const cases: readonly (readonly [() => HealthRule, string, TaskFacts?])[] = [
    [
      blocksLoop,
      'degraded when a run blocks the event loop for more than 200 ms, unhealthy for more than 2 s',
    ],
    [
      () => classic({ maxErrorsPerHour: 4, maxRestarts: 2, settle: '1m' }),
      'unhealthy from 4 failures per hour, from 2 restarts, and for 60 s after each restart',
    ],
    [
      () => consecutiveFailures({ degraded: 2, unhealthy: 5 }),
      'degraded after 2 failures in a row, unhealthy after 5; a success clears it',
    ],
    [
      errorRate,
      'degraded when 20 % of at least 5 runs in 5 min failed, unhealthy at 50 %',
      factsOf({}, taskEvery(30_000)),
    ],
    [
      () => errorRate({ minRuns: 9, window: '1h' }),
      'degraded when 20 % of at least 9 runs in 60 min failed, unhealthy at 50 %',
    ],
    [late, 'degraded when a run starts more than 3 s late', factsOf({}, taskEvery(30_000))],
    [slow, 'degraded while a run takes longer than twice its usual time, which is known after 20 successes'],
    [() => slow({ limit: '5s' }), 'degraded while a run takes longer than 5 s'],
    [() => hung({ limit: '1m' }), 'unhealthy when a run does not end, call beat() or end a unit for 60 s'],
    [
      hung,
      'unhealthy when a run that has called beat() does not call it again or end a unit for 10 min',
      factsOf({}, loopTask),
    ],
    [
      () => hung({ limit: '1m' }),
      'unhealthy when a run does not call beat() or end a unit for 60 s',
      factsOf({}, loopTask),
    ],
    [stuck, 'unhealthy while a run that ignores its abort signal blocks the next'],
    [
      restarts,
      'degraded from 5 restarts in its budget window, unhealthy once the budget of 9 is exhausted',
      factsOf({ restarts: { inWindow: 0, limit: 9, total: 0, sinceLastMs: undefined } }),
    ],
    [notRunning, 'degraded when the loop is down for more than 10 s, unhealthy for more than 2 min'],
    [stale, 'degraded 30 s after 1 run without success, unhealthy after 3', factsOf({}, taskEvery(30_000))],
  ]

  it.each(cases.map(([make, words, facts = factsOf()]) => ({ make, words, facts })))(
    '$words',
    ({ make, words, facts }) => {
      expect(make().describe(facts)).toBe(words)
    },
  )
})

describe('the reason of a finding', () => {
  const found = (rule: HealthRule, facts: TaskFacts): string | undefined => {
    const judgement = rule.judge(facts, false)
    return judgement.kind === 'bad' ? judgement.reason : undefined
  }
  const restarted = (total: number, sinceLastMs: number) =>
    factsOf({ restarts: { inWindow: 3, limit: 5, total, sinceLastMs } })

  it.each<readonly [string, () => HealthRule, TaskFacts]>([
    ['a run blocked the event loop for 300 ms, limit 200 ms', blocksLoop, factsOf({ blockedMs: 300 })],
    ['restarted 4 times, limit 3', classic, restarted(4, 10_000)],
    ['restarted 10 s ago, limit 5 min', classic, restarted(1, 10_000)],
    ['13.3 failures per hour, limit 10', classic, factsOf({ armedMs: 2_700_000, failures: 10, runs: 10 })],
    [
      '6 of 10 runs failed in 5 min: 60 %, limit 50 %',
      errorRate,
      factsOf({ failures: 6, recent: () => ({ succeeded: 4, failed: 6 }) }),
    ],
    [
      '6 of 10 runs failed in 5 min: at least 35.2 %, limit 20 %',
      () => errorRate({ confidence: true }),
      factsOf({ failures: 6, recent: () => ({ succeeded: 4, failed: 6 }) }),
    ],
    ['the newest scheduled run started 4 s late, limit 3 s', late, factsOf({ lastLatenessMs: 4_000 })],
    ['a run has taken 7 s so far, limit 5 s', () => slow({ limit: '5s' }), factsOf({ oldest: live(7_000) })],
    [
      'a run has neither ended nor called beat() for 7 s, limit 5 s',
      () => hung({ limit: '5s' }),
      factsOf({ oldest: live(7_000) }),
    ],
    [
      'a run has neither called beat() nor ended a unit for 6 s, limit 5 s',
      () => hung({ limit: '5s' }),
      factsOf({ oldest: { runId: 'r-1', ageMs: 9_000, sinceBeatMs: 6_000, beats: 1 } }),
    ],
    ['3 of 5 restarts of its budget used, limit 3', restarts, restarted(3, 10_000)],
    [
      'parked after 3 restarts, limit 5',
      restarts,
      factsOf({
        givenUp: 'parked',
        restarts: { inWindow: 3, limit: 5, total: 3, sinceLastMs: undefined },
      }),
    ],
    ['the loop has been down for 11 s, limit 10 s', notRunning, factsOf({ downMs: 11_000 }, loopTask)],
    [
      'no success although 1 run was due, limit 1; the oldest was due 40 s ago',
      stale,
      factsOf({ unmetSlots: 1, unmetMs: 40_000 }),
    ],
    [
      'no success although 2 runs were due, limit 1; the oldest was due 45 s ago',
      stale,
      factsOf({ unmetSlots: 2, unmetMs: 45_000 }),
    ],
  ])('%s', (words, make, facts) => {
    expect(found(make(), facts)).toBe(words)
  })
})

describe('hung', () => {
  it('measures from the last unit of a run that never called beat()', () => {
    const seen = (sinceBeatMs: number) =>
      hung({ limit: '5s' }).judge(
        factsOf({ oldest: { runId: 'r-1', ageMs: 9_000, sinceBeatMs, beats: 0 } }),
        false,
      )

    expect(seen(1_000)).toMatchObject({ kind: 'fine', recheckInMs: 4_001 })
    expect(seen(7_000)).toMatchObject({
      value: 7_000,
      forMs: 2_000,
      reason: 'a run has not ended a unit for 7 s, limit 5 s',
    })
  })

  it('is the only rule that judges silence', () => {
    expect(hung().judgesSilence).toBe(true)
    expect(slow().judgesSilence).toBeUndefined()
  })
})

describe('stale', () => {
  it('asks for a recheck while it is degraded, but not at its worst level', () => {
    const seen = (unmetSlots: number, unmetMs: number) =>
      stale().judge(factsOf({ unmetSlots, unmetMs }), false)

    expect(seen(2, 40_000)).toMatchObject({ status: 'degraded', recheckInMs: 50_001 })
    expect(seen(9, 400_000)).toMatchObject({ status: 'unhealthy', recheckInMs: undefined })
  })

  it('is judged by its number of slots, however old the first one is, and rechecked each period', () => {
    const seen = stale().judge(factsOf({ unmetSlots: 1, unmetMs: 500_000 }), false)

    expect(seen).toMatchObject({ status: 'degraded', value: 1, recheckInMs: 30_001 })
  })

  it('asks for a recheck a period later when the next slot is just due', () => {
    const facts = factsOf({ sinceSuccessMs: 120_000 }, taskEvery(120_000))

    expect(stale().judge(facts, false)).toEqual({ kind: 'fine', recheckInMs: 120_001 })
  })

  it('counts the intervals in which a task without slots had no success', () => {
    const rule = stale({ every: '1m' })

    expect(rule.judge(factsOf({ sinceSuccessMs: 100_000, armedMs: 200_000 }), false)).toMatchObject({
      kind: 'bad',
      value: 1,
      forMs: 40_000,
    })
    expect(rule.judge(factsOf({ armedMs: 250_000 }), false)).toMatchObject({ value: 4, forMs: 190_000 })
  })
})

describe('errorRate', () => {
  it('is not degraded yet when the lower bound equals the limit', () => {
    const facts = factsOf({ failures: 6, recent: () => ({ succeeded: 4, failed: 6 }) })
    const rule = (degraded: number) =>
      errorRate({ confidence: true, degraded, unhealthy: Number.POSITIVE_INFINITY })

    expect(rule(wilsonLowerBound(6, 10)).judge(facts, false)).toEqual({ kind: 'fine' })
    expect(rule(wilsonLowerBound(6, 10) - 1e-9).judge(facts, false)).toMatchObject({ status: 'degraded' })
  })
})
