import { describe, expect, it } from 'vitest'
import { countChange, type Flap, settle, settlesAt } from './flap.ts'
import { healthOf } from './health-of.ts'
import { type RuleAnswer, type RuleLife, stepLife } from './life.ts'
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
      { halfLifeMs, hasRun: true, runEnded: true },
    )
  return { state, at }
}

function recheckOf(effects: readonly HealthEffect[]): number | undefined {
  return effects.flatMap((effect) => (effect.kind === 'recheck' ? [effect.inMs] : []))[0]
}

describe('the health of a task', () => {
  it('is unknown before anything was judged', () => {
    expect(newHealth(7)).toMatchObject({ status: 'unknown', verdict: 'unknown', since: 7, known: false })
    expect(healthOf(undefined)).toEqual({ status: 'unknown', since: 0, flapping: false, reasons: [] })
    expect(healthOf(undefined, 9)).toEqual({ status: 'unknown', since: 9, flapping: false, reasons: [] })
  })

  it('remembers nothing of a rule that is fine, or has no data', () => {
    const { state, at } = setUp()
    at(0, { a: fine, b: { kind: 'no-data' } })

    expect(state.lives).toBeUndefined()
  })

  it('remembers nothing of a rule that has become fine', () => {
    const { state, at } = setUp()
    at(0, { a: bad('degraded') })
    expect(state.lives).toHaveLength(1)

    at(1, { a: fine })
    expect(state.lives).toBeUndefined()
  })

  it('keeps one memory of a rule that stays bad', () => {
    const { state, at } = setUp()
    for (const ms of [0, 1, 2]) at(ms, { a: bad('degraded'), b: bad('degraded') })
    at(3, { a: bad('degraded') })

    expect(state.lives?.map(({ rule }) => rule)).toEqual(['a', 'b'])
  })

  it('may be suspended when nothing is wrong', () => {
    const { state, at } = setUp()
    at(0, { a: fine })

    suspendHealth(state)

    expect(state.lives).toBeUndefined()
  })

  it('is told with the oldest of equally bad reasons first', () => {
    const { state, at } = setUp()
    at(10, { late: bad('degraded') })
    at(5, { early: bad('degraded') })
    at(20, { last: bad('degraded') })

    expect(healthOf(state).reasons.map(({ rule }) => rule)).toEqual(['early', 'late', 'last'])
  })

  it('is not read from what clears: it is unhealthy in a flapping task only while a rule says so', () => {
    const { state, at } = setUp()
    const slow = { ...plain, keepForMs: 60 * minute }
    for (const ms of [0, 1, 2, 3, 4, 5, 6, 7, 8]) at(ms, { flicker: ms % 2 === 0 ? bad('degraded') : fine })
    expect(state.flap?.flapping).toBe(true)
    at(9, { down: bad('unhealthy') }, slow)
    at(10, { down: fine }, slow)

    at(halfLifeMs + 100, {})
    expect(state.flap?.flapping).toBe(true)
    expect(state.status).toBe('degraded')
  })

  it('is unhealthy in a flapping task when one of its rules says so for a half-life', () => {
    const { state, at } = setUp()
    for (const ms of [0, 1, 2, 3, 4, 5, 6, 7, 8]) at(ms, { flicker: ms % 2 === 0 ? bad('degraded') : fine })
    at(9, { down: bad('unhealthy'), late: bad('degraded') })
    expect(state.status).toBe('degraded')

    at(halfLifeMs + 8, { down: bad('unhealthy'), late: bad('degraded') })
    expect(state.status).toBe('degraded')

    const effects = at(halfLifeMs + 9, { down: bad('unhealthy'), late: bad('degraded') })
    expect(state.status).toBe('unhealthy')
    // Nothing is hidden any more: the next thing that time brings is the end of the flapping.
    expect(recheckOf(effects)).toBeGreaterThan(5 * minute)
  })

  it('is judged again when the flapping ends, where nothing unhealthy is hidden by it', () => {
    const { state, at } = setUp()
    let effects: readonly HealthEffect[] = []
    for (const ms of [0, 1, 2, 3, 4, 5, 6, 7, 8])
      effects = at(ms, { flicker: ms % 2 === 0 ? bad('degraded') : fine })

    // Eight changes of mind are a penalty of 8, which three half-lives bring down to 1.
    expect(state.flap?.changes).toBe(8)
    expect(recheckOf(effects)).toBeGreaterThan(14.99 * minute)
    expect(recheckOf(effects)).toBeLessThan(15.01 * minute)
  })

  it('tells that the flapping has ended, though nothing is left of it to remember', () => {
    const { state, at } = setUp()
    for (const ms of [0, 1, 2, 3, 4]) at(ms, { flicker: ms % 2 === 0 ? bad('degraded') : fine })
    expect(state.flap?.flapping).toBe(true)

    const effects = at(600 * minute, { flicker: bad('degraded') })

    expect(effects).toContainEqual({ kind: 'settled', changes: 4 })
    expect(state.flap).toBeUndefined()
  })
})

describe('a flap', () => {
  const flapOf = (penalty: number): Flap => ({ penalty, atLoop: 0, changes: 1, flapping: false })

  it('begins at a penalty of just three', () => {
    expect(countChange(flapOf(2), 0, halfLifeMs).flapping).toBe(true)
    expect(countChange(flapOf(1.99), 0, halfLifeMs).flapping).toBe(false)
  })

  it('is remembered at just a sixteenth', () => {
    expect(settle(flapOf(1 / 16), 0, halfLifeMs)).toBeDefined()
    expect(settle(flapOf(0.0624), 0, halfLifeMs)).toBeUndefined()
  })

  it('settles after so many half-lives as bring the penalty to one', () => {
    expect(settlesAt({ ...flapOf(8), atLoop: 1_000 }, halfLifeMs)).toBe(1_000 + 15 * minute)
  })
})

describe('the life of a rule', () => {
  const moment = (loop: number, runEnded = true) => ({ wall: loop, loop, runEnded, holdMs: halfLifeMs })
  const step = (life: RuleLife | undefined, answer: RuleAnswer, loop: number, options = plain) =>
    stepLife(life, 'mine', answer, options, moment(loop))

  it('begins with a sample that was not silent', () => {
    expect(step(undefined, bad('degraded'), 5)).toEqual({
      rule: 'mine',
      phase: 'firing',
      episode: 0,
      status: 'degraded',
      value: 3,
      limit: 2,
      reason: '3 of 2',
      since: 5,
      sinceLoop: 5,
      runs: 1,
      phaseLoop: 5,
      blindLoop: undefined,
      threw: false,
      lost: false,
      dueLoop: undefined,
    })
  })

  it('tells of a rule that threw and did not say what', () => {
    expect(step(undefined, { kind: 'failed' }, 5)).toMatchObject({
      phase: 'failing',
      status: 'degraded',
      value: 0,
      limit: 0,
      reason: 'the rule threw',
      threw: true,
      lost: false,
    })
  })

  it('counts bad runs while it is pending only', () => {
    const life = step(undefined, bad('degraded'), 0)
    step(life, bad('degraded'), 1)

    expect(life).toMatchObject({ phase: 'firing', runs: 1 })
  })

  it('counts its time anew when it fires again out of clearing', () => {
    const options = { ...plain, keepForMs: minute }
    const life = step(undefined, bad('degraded'), 0, options)
    step(life, fine, 10, options)
    expect(life).toMatchObject({ phase: 'clearing', phaseLoop: 10 })

    step(life, bad('degraded'), 20, options)
    expect(life).toMatchObject({ phase: 'firing', phaseLoop: 20 })
  })
})
