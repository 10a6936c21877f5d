import { describe, expect, it } from 'vitest'
import { factsOf, live, taskEvery } from '../../../test/health-facts.ts'
import { hung, slow, stuck } from './live-run.ts'

const minute = 60_000

describe('slow', () => {
  it('does not judge before 20 successes', () => {
    expect(slow().judge(factsOf({ oldest: live(9 * minute), p99Ms: minute, samples: 19 }), false)).toEqual({
      kind: 'fine',
    })
    expect(
      slow().judge(factsOf({ oldest: live(9 * minute), p99Ms: minute, samples: 20 }), false),
    ).toMatchObject({
      status: 'degraded',
    })
  })

  it('is degraded a millisecond after twice the 0.99 quantile', () => {
    const facts = { p99Ms: minute, samples: 20 }

    expect(slow().judge(factsOf({ ...facts, oldest: live(2 * minute) }), false)).toEqual({
      kind: 'fine',
      recheckInMs: 1,
    })
    expect(slow().judge(factsOf({ ...facts, oldest: live(2 * minute + 1) }), false)).toEqual({
      kind: 'bad',
      status: 'degraded',
      value: 120_001,
      limit: 120_000,
      reason: 'a run has taken 2 min so far, limit 2 min',
      forMs: 1,
      runId: 'r-1',
      recheckInMs: undefined,
    })
  })

  it('never calls a run below 30 s slow by default', () => {
    const facts = { p99Ms: 10, samples: 1_000 }

    expect(slow().judge(factsOf({ ...facts, oldest: live(30_000) }), false)).toMatchObject({ kind: 'fine' })
    expect(slow().judge(factsOf({ ...facts, oldest: live(30_001) }), false)).toMatchObject({ kind: 'bad' })
    expect(slow({ atLeast: 0 }).judge(factsOf({ ...facts, oldest: live(21) }), false)).toMatchObject({
      kind: 'bad',
    })
  })

  it('accepts an expected duration, which it multiplies by three, or a limit', () => {
    expect(slow({ expected: '1m' }).judge(factsOf({ oldest: live(3 * minute) }), false)).toMatchObject({
      kind: 'fine',
    })
    expect(slow({ expected: '1m' }).judge(factsOf({ oldest: live(3 * minute + 1) }), false)).toMatchObject({
      kind: 'bad',
    })
    expect(slow({ limit: '5s' }).judge(factsOf({ oldest: live(5_000) }), false)).toMatchObject({
      kind: 'fine',
    })
    expect(slow({ limit: '5s' }).judge(factsOf({ oldest: live(5_001) }), false)).toMatchObject({
      kind: 'bad',
    })
  })

  it('describes itself', () => {
    expect(slow().describe(factsOf())).toBe(
      'degraded while a run takes longer than twice its usual time, which is known after 20 successes',
    )
    expect(slow().describe(factsOf({ p99Ms: minute, samples: 20 }))).toBe(
      'degraded while a run takes longer than 2 min',
    )
  })

  it('finds nothing wrong with loops or without a live run', () => {
    const loop = taskEvery(undefined, 'loop')

    expect(slow({ limit: 1 }).judge(factsOf({ oldest: live(minute) }, loop), false)).toEqual({ kind: 'fine' })
    expect(slow().judge(factsOf(), false)).toEqual({ kind: 'fine' })
    expect(slow({ limit: 1_000 }).judge(factsOf(), false)).toEqual({ kind: 'fine', recheckInMs: 1_001 })
  })
})

describe('hung', () => {
  it.each([
    ['10 min', 30_000, undefined, 0, 10 * minute],
    ['three periods', 5 * minute, minute, 1_000, 15 * minute],
    ['three times the 0.99 quantile', 5 * minute, 7 * minute, 20, 21 * minute],
    ['three periods while there are few samples', 5 * minute, 7 * minute, 19, 15 * minute],
  ])('allows %s', (_, periodMs, p99Ms, samples, limit) => {
    const at = (ageMs: number) =>
      hung().judge(factsOf({ oldest: live(ageMs), p99Ms, samples }, taskEvery(periodMs)), false)

    expect(at(limit)).toEqual({ kind: 'fine', recheckInMs: 1 })
    expect(at(limit + 1)).toMatchObject({ status: 'unhealthy', value: limit + 1, limit, forMs: 1 })
  })

  it('asks to be judged again when the limit passes', () => {
    expect(hung().judge(factsOf({ oldest: live(minute) }), false)).toEqual({
      kind: 'fine',
      recheckInMs: 9 * minute + 1,
    })
  })

  it('counts from the last beat of a run that beats', () => {
    const oldest = { runId: 'r-1', ageMs: 99 * minute, sinceBeatMs: 10 * minute, beats: 5 }

    expect(hung().judge(factsOf({ oldest }), false)).toMatchObject({ kind: 'fine' })
    expect(
      hung().judge(factsOf({ oldest: { ...oldest, sinceBeatMs: 10 * minute + 1 } }), false),
    ).toMatchObject({
      status: 'unhealthy',
      reason: 'a run has neither called beat() nor ended a unit for 10 min, limit 10 min',
    })
  })

  it('judges a loop only by its beats, after its first beat or with a given limit', () => {
    const loop = taskEvery(undefined, 'loop')
    const beaten = { runId: 'r-1', ageMs: 99 * minute, sinceBeatMs: 11 * minute, beats: 1 }

    expect(hung().judge(factsOf({ oldest: live(99 * minute) }, loop), false)).toMatchObject({ kind: 'fine' })
    expect(hung().judge(factsOf({ oldest: beaten }, loop), false)).toMatchObject({ status: 'unhealthy' })
    expect(hung({ limit: '1m' }).judge(factsOf({ oldest: live(minute) }, loop), false)).toMatchObject({
      kind: 'fine',
    })
    expect(hung({ limit: '1m' }).judge(factsOf({ oldest: live(minute + 1) }, loop), false)).toMatchObject({
      status: 'unhealthy',
    })
  })

  it('does not derive the limit of a loop from the durations of its generations', () => {
    const oldest = { runId: 'r-1', ageMs: 99 * minute, sinceBeatMs: 11 * minute, beats: 1 }
    const facts = factsOf({ oldest, p99Ms: 60 * minute, samples: 50 }, taskEvery(undefined, 'loop'))

    expect(hung().judge(facts, false)).toMatchObject({ status: 'unhealthy', limit: 10 * minute })
  })

  it('asks for a recheck, since neither a start nor a beat ends a run', () => {
    const oldest = { runId: 'r-1', ageMs: 99 * minute, sinceBeatMs: 11 * minute, beats: 5 }

    expect(hung().judge(factsOf(), false)).toEqual({ kind: 'fine', recheckInMs: 10 * minute + 1 })
    expect(hung({ limit: '1m' }).judge(factsOf(), false)).toEqual({ kind: 'fine', recheckInMs: minute + 1 })
    expect(hung().judge(factsOf({ oldest }), true)).toMatchObject({ kind: 'bad', recheckInMs: 15_000 })
  })

  it('asks for a restart if configured to', () => {
    expect(hung().restarts).toBe(false)
    expect(hung({ restarts: true }).restarts).toBe(true)
  })
})

describe('stuck', () => {
  it('is unhealthy immediately after a run was abandoned', () => {
    expect(stuck().judge(factsOf(), false)).toEqual({ kind: 'fine' })
    expect(stuck().judge(factsOf({ stuckMs: 0 }), false)).toMatchObject({ status: 'unhealthy', forMs: 0 })
    expect(stuck().judge(factsOf({ stuckMs: 5_000 }), true)).toMatchObject({
      reason: 'the previous run ignored its abort signal and has blocked this task for 5 s',
      forMs: 5_000,
    })
  })
})
