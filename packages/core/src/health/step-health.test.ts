import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RuleAnswer } from './episode.ts'
import { healthOf } from './health-of.ts'
import type { RuleLifeOptions, RuleStatus } from './rule.ts'
import { healthStatuses } from './status.ts'
import {
  endHealth,
  type HealthEffect,
  type HealthState,
  type JudgedRule,
  newHealth,
  stepHealth,
  suspendHealth,
} from './step-health.ts'

const minute = 60_000
const halfLifeMs = 5 * minute
const plain: RuleLifeOptions = { forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 }
const fine: RuleAnswer = { kind: 'fine' }
const silent: RuleAnswer = { kind: 'no-data' }
const threw: RuleAnswer = { kind: 'failed', reason: 'the rule threw Error: no' }
const bad = (status: RuleStatus): RuleAnswer => ({
  kind: 'bad',
  status,
  value: 3,
  limit: 2,
  reason: '3 of 2',
})

class Task {
  readonly state: HealthState = newHealth(0)
  readonly #life: RuleLifeOptions
  readonly #restarts: boolean

  constructor(life: Partial<RuleLifeOptions> = {}, restarts = false) {
    this.#life = { ...plain, ...life }
    this.#restarts = restarts
  }

  at(
    ms: number,
    answers: Readonly<Record<string, RuleAnswer>>,
    hasSucceeded = true,
  ): readonly HealthEffect[] {
    const judged = Object.entries(answers).map(
      ([rule, judgement]): JudgedRule => ({ rule, life: this.#life, restarts: this.#restarts, judgement }),
    )
    const now = { wall: ms, mono: ms, awake: ms }
    return stepHealth(this.state, judged, now, { halfLifeMs, hasSucceeded, isFailing: false, runEnded: true })
  }

  kinds(ms: number, answers: Readonly<Record<string, RuleAnswer>>): readonly string[] {
    return this.at(ms, answers)
      .map((effect) => (effect.kind === 'changed' ? `${effect.from} → ${effect.to}` : effect.kind))
      .filter((kind) => kind !== 'recheck')
  }
}

describe('stepHealth', () => {
  it('leaves a task unknown before its first run, unless a rule has found something', () => {
    const task = new Task()

    expect(task.at(0, { stale: fine }, false)).toEqual([])
    expect(task.state.status).toBe('unknown')
    expect(task.at(1, { stale: bad('degraded') }, false)).toContainEqual({
      kind: 'changed',
      from: 'unknown',
      to: 'degraded',
    })
  })

  it('reports once that a task is healthy', () => {
    const task = new Task()

    expect(task.at(5, { stale: fine })).toEqual([{ kind: 'changed', from: 'unknown', to: 'healthy' }])
    expect(task.at(6, { stale: fine })).toEqual([])
    expect(healthOf(task.state)).toEqual({ status: 'healthy', since: 5, flapping: false, reasons: [] })
  })

  it('opens an episode, changes the status and closes the episode, each once', () => {
    const task = new Task()
    task.at(0, { stale: fine })
    const episode = {
      rule: 'stale',
      episode: 1,
      status: 'degraded',
      value: 3,
      limit: 2,
      reason: '3 of 2',
      since: 10,
    }

    expect(task.at(10, { stale: bad('degraded') })).toEqual([
      { kind: 'opened', ...episode },
      { kind: 'changed', from: 'healthy', to: 'degraded' },
    ])
    expect(task.at(11, { stale: bad('degraded') })).toEqual([])
    expect(task.at(12, { stale: fine })).toEqual([
      { kind: 'closed', ...episode },
      { kind: 'changed', from: 'degraded', to: 'healthy' },
    ])
    expect(task.at(13, { stale: bad('unhealthy') })).toContainEqual(
      expect.objectContaining({ kind: 'opened', episode: 2 }),
    )
  })

  it('shows the worst status of the rules and lists the worst reasons first', () => {
    const task = new Task()
    task.at(0, { late: bad('degraded'), hung: bad('unhealthy'), mine: threw })

    expect(healthOf(task.state)).toMatchObject({
      status: 'unhealthy',
      reasons: [
        { rule: 'hung', status: 'unhealthy' },
        { rule: 'late', status: 'degraded' },
        { rule: 'mine', status: 'unknown' },
      ],
    })
  })

  it('hides a pending finding', () => {
    const task = new Task({ forMs: 60_000 })
    task.at(0, { late: bad('unhealthy') })

    expect(healthOf(task.state)).toMatchObject({ status: 'healthy', reasons: [] })
  })

  it('asks for a restart once per episode', () => {
    const task = new Task({}, true)

    expect(task.kinds(0, { hung: bad('unhealthy') })).toEqual([
      'opened',
      'restart-asked',
      'unknown → unhealthy',
    ])
    expect(task.kinds(1, { hung: bad('unhealthy') })).toEqual([])
    task.at(2, { hung: fine })
    expect(task.kinds(3, { hung: bad('unhealthy') })).toContain('restart-asked')
  })

  it('makes the task unknown when a rule throws, reports that once and judges the other rules', () => {
    const task = new Task()
    task.at(0, { mine: fine, late: fine })

    expect(task.kinds(1, { mine: threw, late: fine })).toEqual(['rule-failed', 'healthy → unknown'])
    expect(task.kinds(2, { mine: threw, late: bad('degraded') })).toEqual(['opened', 'unknown → degraded'])
    expect(task.kinds(3, { mine: fine, late: fine })).toEqual(['closed', 'degraded → healthy'])
    expect(task.kinds(4, { mine: threw, late: fine })).toContain('rule-failed')
  })

  it('rechecks a rule that threw after a minute', () => {
    expect(new Task().at(0, { mine: threw, late: fine }).at(-1)).toEqual({ kind: 'recheck', inMs: 60_000 })
  })

  it('reports a rule that throws in an open episode once and closes nothing', () => {
    const task = new Task()
    task.at(0, { mine: bad('unhealthy') })

    expect(task.kinds(1, { mine: threw })).toEqual(['rule-failed'])
    expect(task.kinds(2, { mine: threw })).toEqual([])
    expect(task.kinds(1 + halfLifeMs, { mine: threw })).toEqual(['unhealthy → unknown'])
    expect(healthOf(task.state).reasons).toMatchObject([
      { status: 'unknown', reason: 'the rule threw Error: no; before: 3 of 2' },
    ])
    expect(task.kinds(2 + halfLifeMs, { mine: fine })).toEqual(['closed', 'unknown → healthy'])
  })

  it('keeps the findings of rules that were not judged this time', () => {
    const task = new Task()
    task.at(0, { late: bad('degraded'), stale: fine })
    task.at(1, { stale: fine })

    expect(task.state.status).toBe('degraded')
  })

  it('asks for a recheck at the earliest instant at which time alone changes something', () => {
    const task = new Task({ forMs: 60_000 })

    expect(task.at(0, { a: { kind: 'fine', recheckInMs: 90_000 }, b: fine }).at(-1)).toEqual({
      kind: 'recheck',
      inMs: 90_000,
    })
    expect(task.at(10, { a: { kind: 'fine', recheckInMs: 90_000 }, b: bad('degraded') }).at(-1)).toEqual({
      kind: 'recheck',
      inMs: 60_000,
    })
    expect(task.at(20, { a: fine }).at(-1)).toEqual({ kind: 'recheck', inMs: 59_990 })
    expect(task.at(30, { a: fine, b: fine })).toEqual([])
  })

  it('never asks for a recheck in less than 1 ms', () => {
    expect(new Task().at(0, { a: { kind: 'fine', recheckInMs: 0 } }).at(-1)).toEqual({
      kind: 'recheck',
      inMs: 1,
    })
  })

  it('keeps open episodes and drops pending findings while suspended', () => {
    const task = new Task({ forMs: 100 })
    task.at(0, { a: bad('degraded') })
    task.at(100, { a: bad('degraded'), b: bad('unhealthy') })
    suspendHealth(task.state)

    expect(task.state.episodes?.map((life) => life.rule)).toEqual(['a'])
    expect(task.kinds(900_000, { a: bad('degraded'), b: bad('unhealthy') })).toEqual([])
  })

  it('closes the open episodes when the task is removed', () => {
    const task = new Task()
    task.at(0, { a: bad('degraded'), b: threw })

    expect(endHealth(task.state, [], 'unregistered')).toMatchObject([
      { kind: 'closed', rule: 'a', episode: 1 },
    ])
    expect(endHealth(task.state, [], 'unregistered')).toEqual([])
  })

  it('closes and drops the findings of rules that are no longer used', () => {
    const task = new Task({ forMs: 100 })
    task.at(0, { a: bad('degraded'), b: bad('unhealthy') })
    task.at(100, { a: bad('degraded'), b: bad('unhealthy'), c: bad('degraded') })

    expect(endHealth(task.state, [{ name: 'b' }], 'unregistered')).toMatchObject([
      { kind: 'closed', rule: 'a' },
    ])
    expect(task.state.episodes?.map(({ rule }) => rule)).toEqual(['b'])
  })

  it('stores plain data, and little of it while the task is healthy', () => {
    const task = new Task()
    task.at(0, { a: fine })

    expect(structuredClone(task.state)).toEqual(task.state)
    expect(task.state).toMatchObject({ episodes: undefined, flap: undefined })
    expect(JSON.stringify(task.state).length).toBeLessThan(100)
  })
})

describe('the damping of a flapping status', () => {
  const relapsing = (relapses: number, status: RuleStatus): Task => {
    const task = new Task()
    for (let n = 0; n <= relapses; n += 1) {
      task.at(n * minute, { a: bad(status) })
      task.at(n * minute + 1, { a: fine })
    }
    return task
  }
  const flapping = (status: RuleStatus): Task => relapsing(4, status)

  it('starts at the third relapse in three minutes, delays only the recovery, and still reports every episode', () => {
    const task = relapsing(2, 'unhealthy')
    expect(healthOf(task.state)).toMatchObject({ status: 'healthy', flapping: false })

    expect(task.kinds(3 * minute, { a: bad('unhealthy') })).toEqual([
      'opened',
      'flapping',
      'healthy → unhealthy',
    ])
    expect(task.kinds(5 * minute, { a: fine })).toEqual(['closed'])
    expect(task.kinds(6 * minute, { a: bad('unhealthy') })).toEqual(['opened'])
    expect(task.kinds(7 * minute, { a: fine })).toEqual(['closed'])
    expect(healthOf(task.state)).toMatchObject({ status: 'unhealthy', flapping: true })
  })

  it('never hides that a task is worse than before', () => {
    const task = flapping('degraded')
    expect(healthOf(task.state)).toMatchObject({ status: 'degraded', flapping: true })

    expect(task.kinds(5 * minute, { a: bad('unhealthy') })).toContain('degraded → unhealthy')
    expect(task.kinds(5 * minute + 1, { a: bad('degraded') })).toEqual([])
    expect(healthOf(task.state).status).toBe('unhealthy')
  })

  it('gives the status and the flapping as the first reason while all findings are better', () => {
    const task = flapping('unhealthy')
    expect(healthOf(task.state).reasons).toMatchObject([
      {
        rule: 'flapping',
        status: 'unhealthy',
        value: 4,
        limit: 2,
        reason:
          'its health got worse again 4 times, last when it had the finding "3 of 2"; it counts as unhealthy until it is stable',
      },
    ])

    task.at(4 * minute + 2, { a: bad('degraded') })
    expect(healthOf(task.state).reasons.map(({ rule, status }) => [rule, status])).toEqual([
      ['flapping', 'unhealthy'],
      ['a', 'degraded'],
    ])

    task.at(4 * minute + 3, { a: bad('unhealthy') })
    expect(healthOf(task.state).reasons.map(({ rule, status }) => [rule, status])).toEqual([
      ['a', 'unhealthy'],
    ])
  })

  it('asks for a recheck when it settles and then shows the real status', () => {
    const task = flapping('unhealthy')
    const at = 4 * minute + 1
    const recheck = task.at(at, { a: fine }).find((effect) => effect.kind === 'recheck')

    // Four relapses give a penalty of 3.289, which falls to 1 in log2(3.289) half-lives of 300 s.
    expect(recheck).toMatchObject({ inMs: 515_185 })
    expect(task.kinds(at + 515_000, { a: fine })).toEqual([])
    expect(task.at(at + 515_185, { a: fine })).toEqual([
      { kind: 'settled', changes: 4 },
      { kind: 'changed', from: 'unhealthy', to: 'healthy' },
    ])
  })

  it('does not begin with one outage that goes through all levels, and a second one', () => {
    const task = new Task()
    const outage = ['degraded', 'unhealthy', 'degraded'] as const
    task.at(0, { a: fine })
    for (const start of [1, 5]) {
      for (const [n, status] of outage.entries()) task.at((start + n) * minute, { a: bad(status) })
      task.at((start + 3) * minute, { a: fine })
    }

    expect(task.state.flap).toMatchObject({ flapping: false, changes: 1 })
    expect(task.state.status).toBe('healthy')
  })

  it('does not count the first status as a change', () => {
    const task = new Task()
    task.at(0, { a: fine })
    task.at(1, { a: bad('unhealthy') })
    expect(task.state.flap).toBeUndefined()

    const later = new Task()
    later.at(0, { a: bad('unhealthy') })
    later.at(1, { a: fine })
    later.at(2, { a: bad('unhealthy') })
    expect(later.state.flap).toMatchObject({ changes: 1 })
  })
})

describe('stepHealth, whatever the rules answer,', () => {
  const answer = fc.constantFrom(fine, silent, threw, bad('degraded'), bad('unhealthy'))
  const gap = fc.oneof(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: 0, max: 20 * minute }))
  const steps = fc.array(fc.record({ gap, a: answer, b: answer, hasSucceeded: fc.boolean() }), {
    maxLength: 60,
  })
  const life = fc.record({
    forMs: fc.constantFrom(0, 30_000),
    runs: fc.constantFrom(1, 2),
    keepForMs: fc.constantFrom(0, 30_000),
    okRuns: fc.constantFrom(1, 2),
  })

  it('opens and closes alternately per rule, numbers episodes upwards, and changes from the last status', () => {
    fc.assert(
      fc.property(life, steps, (options, moves) => {
        const task = new Task(options)
        const open = new Map<string, number>()
        let newest = 0
        let status = 'unknown'
        let now = 0
        for (const move of moves) {
          now += move.gap
          for (const effect of task.at(now, { a: move.a, b: move.b }, move.hasSucceeded)) {
            if (effect.kind === 'opened') {
              expect(open.has(effect.rule)).toBe(false)
              expect(effect.episode).toBe(newest + 1)
              expect(effect.since).toBeLessThanOrEqual(now)
              newest = effect.episode
              open.set(effect.rule, effect.episode)
            }
            if (effect.kind === 'closed') {
              expect(effect.episode).toBe(open.get(effect.rule))
              open.delete(effect.rule)
            }
            if (effect.kind === 'changed') {
              expect(effect.from).toBe(status)
              expect(effect.to).not.toBe(status)
              status = effect.to
            }
            if (effect.kind === 'recheck') expect(effect.inMs).toBeGreaterThanOrEqual(1)
          }
          const health = healthOf(task.state)
          expect(health.status).toBe(status)
          const { verdict } = task.state
          if (!health.flapping) expect(status).toBe(verdict)
          else
            expect(healthStatuses.indexOf(health.status)).toBeGreaterThanOrEqual(
              healthStatuses.indexOf(verdict),
            )
          if (status !== 'healthy') expect(health.reasons[0]?.status).toBe(status)
        }
      }),
    )
  })

  it('stops asking for rechecks when the answers of the rules stay the same', () => {
    const answering = answer.filter((one) => one.kind !== 'failed')
    fc.assert(
      fc.property(life, steps, answering, (options, moves, last) => {
        const task = new Task(options)
        let now = 0
        for (const move of moves) {
          now += move.gap
          task.at(now, { a: move.a, b: move.b }, true)
        }
        for (let round = 0; round < 20; round += 1) {
          const recheck = task.at(now, { a: last, b: fine }).find((effect) => effect.kind === 'recheck')
          if (recheck === undefined) return
          now += recheck.kind === 'recheck' ? recheck.inMs : 0
        }
        expect.fail('it still asks for a recheck after 20 rounds')
      }),
    )
  })
})
