import { describe, expect, it } from 'vitest'
import { factsOf, taskEvery } from '../../../test/health-facts.ts'
import { notRunning, restarts } from './loops.ts'

const loop = taskEvery(undefined, 'loop')

describe('restarts', () => {
  const at = (inWindow: number, firing = false, limit = 10) =>
    restarts().judge(
      factsOf({ restarts: { inWindow, limit, total: inWindow, sinceLastMs: 0 } }, loop),
      firing,
    )

  it('is degraded from half of the budget', () => {
    expect(at(4)).toEqual({ kind: 'fine' })
    expect(at(5)).toMatchObject({ status: 'degraded', value: 5, limit: 5 })
    expect(at(10)).toMatchObject({ status: 'degraded' })
  })

  it('clears when the window holds a quarter of the budget', () => {
    expect(at(2, true, 8)).toEqual({ kind: 'fine' })
    expect(at(3, true)).toMatchObject({ status: 'degraded' })
    expect(at(2, true)).toEqual({ kind: 'fine' })
  })

  it('says in the reason at which whole count it ends, once the value is below the limit', () => {
    expect(at(5, true)).toMatchObject({ reason: '5 of 10 restarts of its budget used, limit 5' })
    expect(at(4, true)).toMatchObject({ reason: '4 of 10 restarts of its budget used, limit 5, ends at 2' })
    expect(at(3, false, 5)).toMatchObject({ reason: '3 of 5 restarts of its budget used, limit 3' })
    expect(at(2, true, 5)).toMatchObject({
      reason: '2 of 5 restarts of its budget used, limit 3, ends at 1',
    })
    const facts = factsOf(
      { restarts: { inWindow: 3, limit: 10, total: 3, sinceLastMs: 0 } },
      { ...loop, schedule: { ...loop.schedule, startedBy: 'call' } },
    )
    expect(restarts().judge(facts, true)).toMatchObject({
      reason: 'went down and came up again 3 times within a short time, limit 5, ends at 2',
    })
  })

  it('asks to be judged again, because restarts leave the window over time', () => {
    expect(at(5)).toMatchObject({ recheckInMs: 30_000 })
  })

  it('is unhealthy when the task is given up, whatever its budget', () => {
    const facts = factsOf(
      { givenUp: 'parked', restarts: { inWindow: 10, limit: 10, total: 30, sinceLastMs: 0 } },
      loop,
    )

    expect(restarts().judge(facts, true)).toMatchObject({
      status: 'unhealthy',
      reason: 'parked after 10 restarts, limit 10',
    })
  })

  it('finds nothing wrong with tasks without a budget', () => {
    expect(at(0, false, 0)).toEqual({ kind: 'fine' })
    expect(at(0, true, 0)).toEqual({ kind: 'fine' })
  })
})

describe('notRunning', () => {
  it.each([
    [undefined, 'fine'],
    [10_000, 'fine'],
    [10_001, 'degraded'],
    [120_000, 'degraded'],
    [120_001, 'unhealthy'],
  ])('judges a loop that is down for %s ms as %s', (downMs, verdict) => {
    const judgement = notRunning().judge(factsOf({ downMs }, loop), false)

    expect(judgement.kind === 'bad' ? judgement.status : judgement.kind).toBe(verdict)
  })

  it('asks to be judged again when the next limit passes', () => {
    expect(notRunning().judge(factsOf({ downMs: 4_000 }, loop), false)).toEqual({
      kind: 'fine',
      recheckInMs: 6_001,
    })
    expect(notRunning().judge(factsOf({ downMs: 119_000 }, loop), false)).toMatchObject({
      recheckInMs: 1_001,
    })
  })

  it('asks for a recheck while the loop is down, because a start ends no run', () => {
    expect(notRunning().judge(factsOf({ downMs: 20_000 }, loop), false)).toMatchObject({
      recheckInMs: 15_000,
    })
    expect(notRunning().judge(factsOf({ downMs: 200_000 }, loop), true)).toMatchObject({
      recheckInMs: 15_000,
    })
  })

  it('ignores a loop that has finished as its restart mode allows', () => {
    const facts = factsOf({ state: 'finished', downMs: 3_600_000 }, loop)

    expect(notRunning().judge(facts, false)).toEqual({ kind: 'fine' })
  })

  it('rejects limits in the wrong order', () => {
    expect(() => notRunning({ degraded: '3m' })).toThrow('Expected `not-running.degraded` to be at most')
  })
})
