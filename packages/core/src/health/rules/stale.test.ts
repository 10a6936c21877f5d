import { describe, expect, it } from 'vitest'
import { factsOf, live, taskEvery } from '../../../test/health-facts.ts'
import type { TaskFacts } from '../facts.ts'
import { stale } from './stale.ts'

const second = 1_000
const minute = 60_000
const hour = 3_600_000
const unmet = (unmetSlots: number, unmetMs: number): Partial<TaskFacts> => ({ unmetSlots, unmetMs })
const verdict = (facts: TaskFacts, rule = stale()): string => {
  const judgement = rule.judge(facts, false)
  return judgement.kind === 'bad' ? judgement.status : judgement.kind
}

describe('stale', () => {
  it('allows each slot its grace and is degraded a millisecond later', () => {
    expect(stale().judge(factsOf(unmet(1, 30_000)), false)).toEqual({ kind: 'fine', recheckInMs: 1 })
    expect(stale().judge(factsOf(unmet(2, 30_001)), false)).toEqual({
      kind: 'bad',
      status: 'degraded',
      value: 2,
      limit: 1,
      reason: 'no success although 2 runs were due, limit 1; the oldest was due 30 s ago',
      forMs: 30_001,
      recheckInMs: 60_000,
    })
  })

  it('is unhealthy when the grace of the third slot is over', () => {
    expect(verdict(factsOf(unmet(3, 90_000)))).toBe('degraded')
    expect(verdict(factsOf(unmet(4, 90_001)))).toBe('unhealthy')
  })

  it.each([
    ['2 s', 2 * second, 30 * second],
    ['1 min', minute, 30 * second],
    ['4 min', 4 * minute, 2 * minute],
    ['10 min', 10 * minute, 5 * minute],
    ['1 d', 24 * hour, 5 * minute],
  ])('allows half a period, at least 30 s and at most 5 min: %s', (_, periodMs, graceMs) => {
    const task = taskEvery(periodMs)
    expect(verdict(factsOf(unmet(1, graceMs), task))).toBe('fine')
    expect(verdict(factsOf(unmet(1, graceMs + 1), task))).toBe('degraded')
  })

  it('accepts another grace and other counts', () => {
    const rule = stale({ grace: '1s', degraded: 2, unhealthy: 4 })

    expect(verdict(factsOf(unmet(2, 31_000)), rule)).toBe('fine')
    expect(verdict(factsOf(unmet(2, 31_001)), rule)).toBe('degraded')
    expect(verdict(factsOf(unmet(4, 91_001)), rule)).toBe('unhealthy')
  })

  it('lets a live run excuse one period and no more', () => {
    const daily = taskEvery(24 * hour)
    const at = (ms: number): TaskFacts =>
      factsOf({ ...unmet(1 + Math.floor(ms / (24 * hour)), ms), oldest: live(ms) }, daily)

    expect(verdict(at(2 * hour))).toBe('fine')
    expect(verdict(at(24 * hour + 5 * minute))).toBe('fine')
    expect(verdict(at(24 * hour + 5 * minute + 1))).toBe('degraded')
    expect(verdict(at(72 * hour + 5 * minute + 1))).toBe('unhealthy')
  })

  it('asks to be judged again after the grace and the period that a live run excuses', () => {
    expect(stale().judge(factsOf(unmet(1, 10_000)), false)).toEqual({ kind: 'fine', recheckInMs: 20_001 })
    expect(stale().judge(factsOf({ ...unmet(1, 10_000), oldest: live(10_000) }), false)).toEqual({
      kind: 'fine',
      recheckInMs: 50_001,
    })
  })

  it('asks to be judged again after the next slot and its grace when nothing is unmet', () => {
    const facts = factsOf({ sinceSuccessMs: 0, lastDurationMs: 400, lastLatenessMs: 100 })

    expect(stale().judge(facts, false)).toEqual({ kind: 'fine', recheckInMs: 59_501 })
    expect(stale().judge(factsOf({ armedMs: 0 }), false)).toEqual({ kind: 'fine', recheckInMs: 60_001 })
  })

  it('looks for the first slot after a pause each 30 s, or after its grace', () => {
    const held = { sinceSuccessMs: 10_000, armedMs: 1_000, activeMs: hour }

    expect(stale().judge(factsOf(held), false)).toEqual({ kind: 'fine', recheckInMs: 30_000 })
    expect(stale().judge(factsOf(held, taskEvery(24 * hour, 'cron')), false)).toEqual({
      kind: 'fine',
      recheckInMs: 5 * minute,
    })
    expect(stale().judge(factsOf(held, taskEvery(undefined, 'manual')), false)).toEqual({ kind: 'fine' })
    expect(stale({ every: '1m', grace: '5s' }).judge(factsOf(held), false)).toEqual({
      kind: 'fine',
      recheckInMs: 55_001,
    })
  })

  it('asks once per period when slots are uneven and the next one is far away', () => {
    const facts = factsOf({ sinceSuccessMs: 40 * hour }, taskEvery(24 * hour, 'cron'))

    expect(stale().judge(facts, false)).toEqual({ kind: 'fine', recheckInMs: 24 * hour + 1 })
  })

  it('describes itself', () => {
    expect(stale().describe(factsOf())).toBe('degraded 30 s after 1 run without success, unhealthy after 3')
  })

  it('never asks for a recheck of a task without slots', () => {
    expect(stale().judge(factsOf({ armedMs: 99 * hour }, taskEvery(undefined, 'manual')), false)).toEqual({
      kind: 'fine',
    })
  })

  it('judges the single slot of a task that runs once', () => {
    const once = taskEvery(undefined, 'once')

    expect(stale().judge(factsOf(unmet(1, 5 * minute), once), false)).toEqual({
      kind: 'fine',
      recheckInMs: 1,
    })
    expect(stale().judge(factsOf(unmet(1, 5 * minute + 1), once), false)).toMatchObject({
      status: 'degraded',
      recheckInMs: undefined,
    })
    expect(verdict(factsOf({ ...unmet(1, hour), oldest: live(hour) }, once))).toBe('fine')
  })

  it('expects successes of a task without slots at the given interval', () => {
    const rule = stale({ every: '1h', grace: '5m' })
    const since = (sinceSuccessMs: number): TaskFacts =>
      factsOf({ sinceSuccessMs, armedMs: 99 * hour }, taskEvery(undefined, 'call'))

    expect(rule.judge(since(0), false)).toEqual({ kind: 'fine', recheckInMs: 65 * minute + 1 })
    expect(verdict(since(65 * minute), rule)).toBe('fine')
    expect(verdict(since(65 * minute + 1), rule)).toBe('degraded')
    expect(verdict(since(3 * hour + 5 * minute + 1), rule)).toBe('unhealthy')
    expect(verdict(factsOf({ armedMs: 66 * minute }, taskEvery(undefined, 'call')), rule)).toBe('degraded')
  })

  it.each([{ grace: -1 }, { degraded: 0 }, { unhealthy: 0.5 }, { degraded: 4 }, { every: 0 }])(
    'rejects %o',
    (options) => {
      expect(() => stale(options as never)).toThrow(/^Expected `stale/)
    },
  )

  it('rejects an unknown option', () => {
    expect(() => stale({ limit: 1 } as never)).toThrow(
      "Unknown option 'limit' of `stale`. The type declarations document the options of `stale`.",
    )
  })
})
