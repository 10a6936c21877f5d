import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type EpisodeStep,
  isOpen,
  type RuleAnswer,
  type RuleEpisode,
  stepEpisode,
  suspendEpisode,
} from './episode.ts'
import type { RuleLifeOptions, RuleStatus } from './rule.ts'

const plain: RuleLifeOptions = { forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 }
const holdMs = 300_000
const fine: RuleAnswer = { kind: 'fine' }
const silent: RuleAnswer = { kind: 'no-data' }
const threw: RuleAnswer = { kind: 'failed', reason: 'boom' }
const bad = (status: RuleStatus = 'degraded', forMs?: number): RuleAnswer => ({
  kind: 'bad',
  status,
  value: 7,
  limit: 5,
  reason: '7 of 5',
  forMs,
})

class Life {
  readonly #options: RuleLifeOptions
  now: RuleEpisode | undefined

  constructor(options: Partial<RuleLifeOptions> = {}) {
    this.#options = { ...plain, ...options }
  }

  at(awake: number, answer: RuleAnswer, runEnded = true): RuleEpisode['phase'] | 'ok' {
    const step: EpisodeStep = { wall: 1_000_000 + awake, awake, runEnded, holdMs }
    this.now = stepEpisode(this.now, 'late', answer, this.#options, step)
    return this.now?.phase ?? 'ok'
  }
}

describe('the life of a rule', () => {
  it('opens at the first bad sample and closes at the first fine one by default', () => {
    const life = new Life()

    expect([life.at(0, fine), life.at(1, bad()), life.at(2, bad()), life.at(3, fine)]).toEqual([
      'ok',
      'firing',
      'firing',
      'ok',
    ])
  })

  it('waits until the rule has been bad for long enough and keeps the first bad sample as since', () => {
    const life = new Life({ forMs: 60_000 })

    expect(life.at(0, bad())).toBe('pending')
    expect(life.now?.dueAwake).toBe(60_000)
    expect(life.at(59_999, bad())).toBe('pending')
    expect(life.at(60_000, bad())).toBe('firing')
    expect(life.now?.since).toBe(1_000_000)
  })

  it('restarts the wait after a fine sample', () => {
    const life = new Life({ forMs: 60_000 })
    life.at(0, bad())
    life.at(50_000, fine)

    expect(life.at(60_000, bad())).toBe('pending')
    expect(life.at(120_000, bad())).toBe('firing')
    expect(life.now?.since).toBe(1_060_000)
  })

  it('counts the time that the finding already lasted', () => {
    const life = new Life({ forMs: 60_000 })

    expect(life.at(100_000, bad('degraded', 60_000))).toBe('firing')
    expect(life.now?.since).toBe(1_040_000)
  })

  it('starts at a whole millisecond of the wall clock, whatever the age of the finding', () => {
    const life = new Life()
    life.at(100_000, bad('degraded', 60_000.4))

    expect(life.now).toMatchObject({ since: 1_040_000, sinceAwake: 39_999.6 })
  })

  it('waits for consecutive run ends; time alone does not count', () => {
    const life = new Life({ runs: 3 })

    expect(life.at(0, bad())).toBe('pending')
    expect(life.at(1, bad(), false)).toBe('pending')
    expect(life.at(2, bad(), false)).toBe('pending')
    expect(life.at(3, bad())).toBe('pending')
    expect(life.at(4, bad())).toBe('firing')
  })

  it('opens with the latest status of a pending finding', () => {
    const life = new Life({ forMs: 10 })
    life.at(0, bad('degraded'))
    life.at(10, bad('unhealthy'))

    expect(life.now).toMatchObject({ phase: 'firing', status: 'unhealthy' })
  })

  it('moves between the levels within one episode', () => {
    const life = new Life()
    life.at(0, bad('degraded'))
    life.at(1, bad('unhealthy'))
    expect(life.now).toMatchObject({ phase: 'firing', status: 'unhealthy', since: 1_000_000, phaseAwake: 1 })
    life.at(2, bad('degraded'))

    expect(life.now).toMatchObject({ phase: 'firing', status: 'degraded', since: 1_000_000, phaseAwake: 2 })
  })

  it('closes when it has been fine for long enough without a bad sample', () => {
    const life = new Life({ keepForMs: 60_000 })
    life.at(0, bad())

    expect(life.at(10_000, fine)).toBe('clearing')
    expect(life.now?.dueAwake).toBe(70_000)
    expect(life.at(60_000, bad())).toBe('firing')
    expect(life.at(80_000, fine)).toBe('clearing')
    expect(life.at(139_999, fine)).toBe('clearing')
    expect(life.at(140_000, fine)).toBe('ok')
  })

  it('closes when enough consecutive runs were fine', () => {
    const life = new Life({ okRuns: 2 })
    life.at(0, bad())

    expect(life.at(1, fine)).toBe('clearing')
    expect(life.at(2, fine, false)).toBe('clearing')
    expect(life.at(3, fine)).toBe('ok')
  })

  it('stays open without data, and is marked as lost after the hold time', () => {
    const life = new Life()
    life.at(0, bad())

    expect(life.at(1_000, silent)).toBe('firing')
    expect(life.now).toMatchObject({ lost: false, dueAwake: 301_000 })
    expect(life.at(300_999, silent)).toBe('firing')
    expect(life.now?.lost).toBe(false)
    expect(life.at(301_000, silent)).toBe('firing')
    expect(life.now?.lost).toBe(true)
    expect(life.at(900_000, silent)).toBe('firing')
  })

  it('is no longer lost after the next sample', () => {
    const life = new Life()
    life.at(0, bad())
    life.at(1, silent)
    life.at(holdMs + 1, silent)

    expect(life.at(holdMs + 2, bad())).toBe('firing')
    expect(life.now).toMatchObject({ lost: false, noDataAwake: undefined })
    expect(life.at(holdMs + 3, fine)).toBe('ok')
  })

  it('restarts clearing after a silence', () => {
    const life = new Life({ keepForMs: 100 })
    life.at(0, bad())
    life.at(10, fine)
    life.at(60, silent)

    expect(life.at(110, fine)).toBe('clearing')
    expect(life.at(210, fine)).toBe('ok')
  })

  it('keeps a pending finding during a silence, opens nothing and drops it after the hold time', () => {
    const life = new Life({ forMs: 100 })
    life.at(0, bad())

    expect(life.at(200, silent)).toBe('pending')
    expect(life.at(200 + holdMs, silent)).toBe('ok')
  })

  it('treats no data as fine when nothing was wrong', () => {
    expect(new Life().at(0, silent)).toBe('ok')
  })

  it('is failing while the rule throws, until it answers', () => {
    const life = new Life()

    expect(life.at(0, threw)).toBe('failing')
    expect(life.now).toMatchObject({ threw: 'boom', reason: 'boom', since: 1_000_000 })
    expect(life.at(5, threw)).toBe('failing')
    expect(life.now?.since).toBe(1_000_000)
    expect(life.at(6, fine)).toBe('ok')
    expect([life.at(7, threw), life.at(8, silent)]).toEqual(['failing', 'ok'])
    expect([life.at(9, threw), life.at(10, bad())]).toEqual(['failing', 'firing'])
    expect(life.now?.since).toBe(1_000_010)
  })

  it('treats a rule that throws in an open episode as silent', () => {
    const life = new Life()
    life.at(0, bad())

    expect(life.at(1, threw)).toBe('firing')
    expect(life.now).toMatchObject({ threw: 'boom', lost: false })
    expect(life.at(1 + holdMs, threw)).toBe('firing')
    expect(life.now?.lost).toBe(true)
  })

  it('starts no later than it was found, even if the wall clock was set back', () => {
    const options = { ...plain, forMs: 100 }
    const first = stepEpisode(undefined, 'late', bad(), options, {
      wall: 9_000,
      awake: 0,
      runEnded: true,
      holdMs,
    })
    const open = stepEpisode(first, 'late', bad(), options, { wall: 400, awake: 100, runEnded: true, holdMs })

    expect(open).toMatchObject({ phase: 'firing', since: 400 })
  })

  it('keeps an episode and drops the rest while the task is suspended', () => {
    const pending = new Life({ forMs: 100 })
    const clearing = new Life({ keepForMs: 100 })
    pending.at(0, bad())
    clearing.at(0, bad())
    clearing.at(1, fine)

    expect(pending.now && suspendEpisode(pending.now)).toBeUndefined()
    expect(clearing.now && suspendEpisode(clearing.now)).toMatchObject({
      phase: 'firing',
      dueAwake: undefined,
    })
  })
})

describe('the life of a rule, whatever the rule answers,', () => {
  const status = fc.constantFrom<RuleStatus[]>('degraded', 'unhealthy')
  const answer = fc.oneof(
    fc.constant(fine),
    fc.constant(silent),
    fc.constant(threw),
    fc
      .tuple(status, fc.option(fc.integer({ min: -5, max: 1_000_000 }), { nil: undefined }))
      .map(([of, forMs]) => bad(of, forMs)),
  )
  const gap = fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 2 * holdMs }))
  const steps = fc.array(fc.record({ gap, answer, runEnded: fc.boolean() }), { maxLength: 80 })
  const options = fc.record({
    forMs: fc.integer({ min: 0, max: 5_000 }),
    runs: fc.integer({ min: 1, max: 4 }),
    keepForMs: fc.integer({ min: 0, max: 5_000 }),
    okRuns: fc.integer({ min: 1, max: 4 }),
  })

  it('opens only at a bad sample, closes only at a fine one, and since is never after the detection', () => {
    fc.assert(
      fc.property(options, steps, (lifeOptions, moves) => {
        const life = new Life(lifeOptions)
        let awake = 0
        for (const move of moves) {
          awake += move.gap
          const wasOpen = isOpen(life.now)
          const phase = life.at(awake, move.answer, move.runEnded)
          const isNowOpen = isOpen(life.now)
          if (!wasOpen && isNowOpen) expect(move.answer.kind).toBe('bad')
          if (wasOpen && !isNowOpen) expect([move.answer.kind, phase]).toEqual(['fine', 'ok'])
          if (life.now) expect(life.now.since).toBeLessThanOrEqual(1_000_000 + awake)
          if (life.now?.dueAwake !== undefined) expect(Number.isFinite(life.now.dueAwake)).toBe(true)
        }
      }),
    )
  })

  it('agrees with a simple count when there is no silence', () => {
    const loud = fc.array(
      fc.record({ gap: fc.integer({ min: 0, max: 2_000 }), isBad: fc.boolean(), runEnded: fc.boolean() }),
      { maxLength: 80 },
    )
    fc.assert(
      fc.property(options, loud, (lifeOptions, moves) => {
        const life = new Life(lifeOptions)
        let awake = 0
        let isFiring = false
        let streak: { isBad: boolean; from: number; runs: number } | undefined
        for (const move of moves) {
          awake += move.gap
          if (streak?.isBad === move.isBad) streak.runs += move.runEnded ? 1 : 0
          else streak = { isBad: move.isBad, from: awake, runs: 1 }
          const { forMs, runs, keepForMs, okRuns } = lifeOptions
          if (move.isBad && awake - streak.from >= forMs && streak.runs >= runs) isFiring = true
          if (!move.isBad && awake - streak.from >= keepForMs && streak.runs >= okRuns) isFiring = false
          life.at(awake, move.isBad ? bad() : fine, move.runEnded)
          expect(isOpen(life.now)).toBe(isFiring)
        }
      }),
    )
  })
})

it('a problem never began before 1970, however old a rule says it is', () => {
  const wall = Date.parse('2026-01-01T00:00:00Z')
  const at = (forMs: number) =>
    stepEpisode(undefined, 'r', bad('degraded', forMs), plain, { wall, awake: 5, runEnded: false, holdMs: 1 })

  expect(at(wall + 1)?.since).toBe(0)
  expect(at(1e300)?.since).toBe(0)
  expect(at(Number.POSITIVE_INFINITY)).toMatchObject({ phase: 'firing', since: 0, sinceAwake: 5 - wall })
  expect(at(Number.NaN)?.since).toBe(wall)
})
