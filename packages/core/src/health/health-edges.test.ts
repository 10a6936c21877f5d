import { describe, expect, it } from 'vitest'
import { type RuleAnswer, type RuleEpisode, stepEpisode } from './episode.ts'
import { countRelapse, type Flap, settle, settlesAt } from './flap.ts'
import { healthOf } from './health-of.ts'
import type { RuleStatus } from './rule.ts'
import { type HealthEffect, newHealth, stepHealth, suspendHealth } from './step-health.ts'

const minute = 60_000
const halfLifeMs = 5 * minute
const plain = { forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 }
const fine: RuleAnswer = { kind: 'fine' }
const bad = (status: RuleStatus): RuleAnswer => ({
  kind: 'bad',
  status,
  value: 3,
  limit: 2,
  reason: '3 of 2',
})

function setUp() {
  const state = newHealth(0)
  const at = (ms: number, answers: Record<string, RuleAnswer>, life = plain): readonly HealthEffect[] =>
    stepHealth(
      state,
      Object.entries(answers).map(([rule, judgement]) => ({ rule, life, restarts: false, judgement })),
      { wall: ms, mono: ms, awake: ms },
      { halfLifeMs, hasSucceeded: true, isFailing: false, runEnded: true },
    )
  return { state, at }
}

function recheckOf(effects: readonly HealthEffect[]): number | undefined {
  return effects.flatMap((effect) => (effect.kind === 'recheck' ? [effect.inMs] : []))[0]
}

describe('the health of a task', () => {
  it('is unknown before the first judgement', () => {
    expect(newHealth(7)).toMatchObject({ status: 'unknown', verdict: 'unknown', since: 7, known: false })
    const reason = {
      rule: 'no-success',
      status: 'unknown',
      value: 0,
      limit: 0,
      reason: 'no run has ended yet',
    }
    expect(healthOf(undefined)).toEqual({
      status: 'unknown',
      since: 0,
      flapping: false,
      reasons: [{ ...reason, since: 0 }],
    })
    expect(healthOf(undefined, 9)).toMatchObject({ since: 9, reasons: [{ ...reason, since: 9 }] })
  })

  it('stores nothing for a rule that is fine or has no data', () => {
    const { state, at } = setUp()
    at(0, { a: fine, b: { kind: 'no-data' } })

    expect(state.episodes).toBeUndefined()
  })

  it('drops what it stored for a rule that is fine again', () => {
    const { state, at } = setUp()
    at(0, { a: bad('degraded') })
    expect(state.episodes).toHaveLength(1)

    at(1, { a: fine })
    expect(state.episodes).toBeUndefined()
  })

  it('stores one life for a rule that stays bad', () => {
    const { state, at } = setUp()
    for (const ms of [0, 1, 2]) at(ms, { a: bad('degraded'), b: bad('degraded') })
    at(3, { a: bad('degraded') })

    expect(state.episodes?.map(({ rule }) => rule)).toEqual(['a', 'b'])
  })

  it('can be suspended when nothing is wrong', () => {
    const { state, at } = setUp()
    at(0, { a: fine })

    suspendHealth(state)

    expect(state.episodes).toBeUndefined()
  })

  it('lists the oldest of equally bad reasons first', () => {
    const { state, at } = setUp()
    at(10, { late: bad('degraded') })
    at(5, { early: bad('degraded') })
    at(20, { last: bad('degraded') })

    expect(healthOf(state).reasons.map(({ rule }) => rule)).toEqual(['early', 'late', 'last'])
  })

  it('of a flapping task is judged again when the flapping ends', () => {
    const { state, at } = setUp()
    let effects: readonly HealthEffect[] = []
    for (const ms of [0, 1, 2, 3, 4, 5, 6, 7, 8])
      effects = at(ms, { flicker: ms % 2 === 0 ? bad('degraded') : fine })

    // Four relapses within milliseconds give a penalty of 4, which falls to 1 in two half-lives of 5 min.
    expect(state.flap?.changes).toBe(4)
    expect(recheckOf(effects)).toBeGreaterThan(9.99 * minute)
    expect(recheckOf(effects)).toBeLessThan(10.01 * minute)
  })

  it('reports the end of the flapping even if no penalty is left', () => {
    const { state, at } = setUp()
    for (const ms of [0, 1, 2, 3, 4, 5, 6, 7, 8]) at(ms, { flicker: ms % 2 === 0 ? bad('degraded') : fine })
    expect(state.flap?.flapping).toBe(true)

    const effects = at(600 * minute, { flicker: bad('degraded') })

    expect(effects).toContainEqual({ kind: 'settled', changes: 4 })
    expect(state.flap).toBeUndefined()
  })
})

describe('flapping', () => {
  const flapOf = (penalty: number): Flap => ({ penalty, atAwake: 0, changes: 1, flapping: false })

  it('starts above a penalty of two', () => {
    expect(countRelapse(flapOf(1.01), 0, halfLifeMs).flapping).toBe(true)
    expect(countRelapse(flapOf(1), 0, halfLifeMs).flapping).toBe(false)
  })

  it('is stored down to a sixteenth', () => {
    expect(settle(flapOf(1 / 16), 0, halfLifeMs)).toBeDefined()
    expect(settle(flapOf(0.0624), 0, halfLifeMs)).toBeUndefined()
  })

  it('settles after the half-lives that reduce the penalty to one', () => {
    expect(settlesAt({ ...flapOf(8), atAwake: 1_000 }, halfLifeMs)).toBe(1_000 + 15 * minute)
  })
})

describe('the life of a rule', () => {
  const at = (awake: number, runEnded = true) => ({ wall: awake, awake, runEnded, holdMs: halfLifeMs })
  const step = (life: RuleEpisode | undefined, answer: RuleAnswer, awake: number, options = plain) =>
    stepEpisode(life, 'mine', answer, options, at(awake))

  it('starts with a sample that is not silent', () => {
    expect(step(undefined, bad('degraded'), 5)).toEqual({
      rule: 'mine',
      phase: 'firing',
      number: 0,
      status: 'degraded',
      value: 3,
      limit: 2,
      reason: '3 of 2',
      since: 5,
      sinceAwake: 5,
      runs: 1,
      phaseAwake: 5,
      noDataAwake: undefined,
      threw: undefined,
      lost: false,
      dueAwake: undefined,
    })
  })

  it('says what a rule threw', () => {
    expect(step(undefined, { kind: 'failed', reason: 'the rule threw Error: no' }, 5)).toMatchObject({
      phase: 'failing',
      status: 'degraded',
      value: 0,
      limit: 0,
      reason: 'the rule threw Error: no',
      threw: 'the rule threw Error: no',
      lost: false,
    })
  })

  it('counts bad runs only while it is pending', () => {
    const life = step(undefined, bad('degraded'), 0)
    step(life, bad('degraded'), 1)

    expect(life).toMatchObject({ phase: 'firing', runs: 1 })
  })

  it('restarts its time when it fires again while clearing', () => {
    const options = { ...plain, keepForMs: minute }
    const life = step(undefined, bad('degraded'), 0, options)
    step(life, fine, 10, options)
    expect(life).toMatchObject({ phase: 'clearing', phaseAwake: 10 })

    step(life, bad('degraded'), 20, options)
    expect(life).toMatchObject({ phase: 'firing', phaseAwake: 20 })
  })
})
