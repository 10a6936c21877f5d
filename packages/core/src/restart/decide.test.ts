import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { restartCauses } from '../base/words.ts'
import { exponential, fixed } from './backoff.ts'
import { decideRestart, type RestartDecision, type RestartEnd } from './decide.ts'
import { newLedger, type RestartLedger, recordRestart } from './ledger.ts'
import * as modes from './modes.ts'
import type { ResolvedRestart, RestartOptions } from './policy.ts'
import { resolveRestart } from './resolve-restart.ts'

const always = (options?: RestartOptions): ResolvedRestart => resolveRestart(modes.always(options))

const endOf = (end: Partial<RestartEnd> = {}): RestartEnd => ({
  cause: 'threw',
  ranMs: 0,
  now: 0,
  jitterUnit: 0,
  predicateSaid: undefined,
  trial: false,
  ...end,
})

const ledgerOf = (ledger: Partial<RestartLedger> = {}): RestartLedger => ({ ...newLedger(), ...ledger })

describe('decideRestart', () => {
  it.each([
    // Columns: the mode, the result of `when`, and the expected decision for each cause.
    ['always', undefined, 'restart restart restart restart restart restart'],
    ['on-failure', undefined, 'finish restart restart restart restart restart'],
    ['never', undefined, 'finish give-up give-up give-up give-up restart'],
    ['always', true, 'restart restart restart restart restart restart'],
    ['on-failure', true, 'restart restart restart restart restart restart'],
    ['never', true, 'restart restart restart restart restart restart'],
    ['always', false, 'finish give-up give-up give-up give-up give-up'],
    ['on-failure', false, 'finish give-up give-up give-up give-up give-up'],
    ['never', false, 'finish give-up give-up give-up give-up give-up'],
  ] as const)(
    'with mode %s, if the predicate says %s, decides per cause',
    (mode, predicateSaid, expected) => {
      const policy = resolveRestart(mode)

      const kinds = ['returned', 'threw', 'timed-out', 'stuck', 'unhealthy', 'manual'].map(
        (cause) => decideRestart(policy, newLedger(), endOf({ cause, predicateSaid } as RestartEnd)).kind,
      )

      expect(kinds.join(' ')).toBe(expected)
      expect(restartCauses).toHaveLength(6)
    },
  )

  it('waits longer each time, reduced by the jitter', () => {
    const end = endOf({ now: 5_000, jitterUnit: 0.5 })

    expect(decideRestart(always(), ledgerOf({ streak: 0 }), end)).toEqual({
      kind: 'restart',
      dueAt: 5_900,
      delayMs: 900,
      streak: 0,
    })
    expect(decideRestart(always(), ledgerOf({ streak: 3 }), end)).toEqual({
      kind: 'restart',
      dueAt: 12_200,
      delayMs: 7_200,
      streak: 3,
    })
  })

  it('resets the backoff after a stable generation, and not a millisecond sooner', () => {
    const streakAfter = (ranMs: number): number => {
      const ledger = ledgerOf({ streak: 4, parks: 2 })
      decideRestart(always(), ledger, endOf({ ranMs, now: 1e6 }))
      return ledger.streak + ledger.parks
    }

    expect(streakAfter(119_999)).toBe(6)
    expect(streakAfter(120_000)).toBe(0)
  })

  describe('when the budget is used up', () => {
    const budget = { restarts: 2, within: '1m' } as const
    const backoff = fixed('1s', { jitter: 0 })
    const log = [10_000, 20_000]

    it('allows a restart exactly when the window has moved past the oldest one', () => {
      const policy = always({ budget, backoff })
      const kindAt = (now: number) => decideRestart(policy, ledgerOf({ log: [...log] }), endOf({ now })).kind

      // The budget is full until the restart at 10,000 is more than 60,000 ms old.
      expect(kindAt(69_000)).toBe('park')
      expect(kindAt(69_001)).toBe('restart')
    })

    it('parks until the budget allows a trial, at least for a minute', () => {
      const policy = always({ budget, backoff })

      expect(decideRestart(policy, ledgerOf({ log: [...log] }), endOf({ now: 21_000 }))).toEqual({
        kind: 'park',
        trialAt: 81_000,
        parks: 1,
      })
      const wide = always({ budget: { restarts: 2, within: '10m' }, backoff })
      expect(decideRestart(wide, ledgerOf({ log: [...log] }), endOf({ now: 21_000 }))).toEqual({
        kind: 'park',
        trialAt: 610_001,
        parks: 1,
      })
    })

    it('waits twice as long after each failed trial, up to 15 minutes', () => {
      const policy = always({ budget: { restarts: 5, within: '1m' }, backoff })
      const ledger = ledgerOf()
      const waits = [1, 2, 3, 4, 5, 6].map(() => {
        const decision = decideRestart(policy, ledger, endOf({ now: 1_000, ranMs: 119, trial: true }))
        return decision.kind === 'park' ? (decision.trialAt - 1_000) / 60_000 : undefined
      })

      expect(waits).toEqual([1, 2, 4, 8, 15, 15])
      expect(ledger.parks).toBe(6)
    })

    it('resets the parks of a task whose trial was stable', () => {
      const policy = always({ budget, backoff })
      const ledger = ledgerOf({ log: [10_000, 90_000], parks: 3, streak: 7 })

      const decision = decideRestart(policy, ledger, endOf({ now: 120_000, ranMs: 30_000, trial: true }))

      expect(decision).toEqual({ kind: 'restart', dueAt: 121_000, delayMs: 1_000, streak: 0 })
      expect(ledger.parks).toBe(0)
    })

    it('escalates or stops if the policy says so', () => {
      const decisionOf = (exhausted: 'escalate' | 'stop') =>
        decideRestart(
          always({ budget, backoff, exhausted }),
          ledgerOf({ log: [...log] }),
          endOf({ now: 21_000 }),
        )

      expect(decisionOf('escalate')).toEqual({ kind: 'give-up', how: 'escalate' })
      expect(decisionOf('stop')).toEqual({ kind: 'give-up', how: 'stop' })
    })

    it('schedules no trial if no restart is ever allowed', () => {
      const policy = always({ budget: { restarts: 0, within: '1m' } })

      expect(decideRestart(policy, newLedger(), endOf())).toEqual({ kind: 'give-up', how: 'stop' })
    })
  })
})

interface Life {
  readonly ranMs: number
  readonly returned: boolean
  readonly lateMs: number
  readonly jitterUnit: number
}

const within = 1_000

const lives = fc.array(
  fc.record({
    ranMs: fc.oneof(
      fc.nat({ max: 20 }),
      fc.nat({ max: 3 * within }),
      fc.constantFrom(99, 100, 101, within - 1, within, within + 1),
    ),
    returned: fc.boolean(),
    lateMs: fc.oneof(fc.constant(0), fc.nat({ max: 50 }), fc.constantFrom(within - 1, within, within + 1)),
    jitterUnit: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  }),
  { maxLength: 60 },
)

const policies = fc
  .record({
    restarts: fc.integer({ min: 1, max: 5 }),
    initial: fc.constantFrom(0, 1, 50, 249, 250, 251),
    factor: fc.constantFrom(1, 2),
    jitter: fc.constantFrom(0, 0.5),
    first: fc.constantFrom(1, 100, within, within + 1),
  })
  .map(({ restarts, initial, factor, jitter, first }) =>
    always({
      backoff: exponential({ initial, factor, max: 400, jitter }),
      stableAfter: 100,
      budget: { restarts, within },
      park: { first, max: 2_000 },
    }),
  )

interface Played {
  readonly restarts: readonly number[]
  readonly decisions: readonly { readonly end: RestartEnd; readonly decision: RestartDecision }[]
}

const play = (policy: ResolvedRestart, history: readonly Life[]): Played => {
  let ledger = newLedger()
  let now = 0
  let trial = false
  const restarts: number[] = []
  const decisions: Played['decisions'][number][] = []
  for (const { ranMs, returned, lateMs, jitterUnit } of history) {
    now += ranMs
    const end = endOf({ cause: returned ? 'returned' : 'threw', ranMs, now, jitterUnit, trial })
    ledger = structuredClone(ledger)
    const decision = decideRestart(policy, ledger, end)
    decisions.push({ end, decision })
    if (decision.kind !== 'restart' && decision.kind !== 'park') break
    now = (decision.kind === 'restart' ? decision.dueAt : decision.trialAt) + lateMs
    trial = decision.kind === 'park'
    recordRestart(policy, ledger, now)
    restarts.push(now)
  }
  return { restarts, decisions }
}

describe('the restart budget', () => {
  it('holds in every window of every history', () => {
    fc.assert(
      fc.property(policies, lives, (policy, history) => {
        const { restarts } = play(policy, history)

        for (const from of restarts) {
          const inside = restarts.filter((at) => at >= from && at - from <= within)
          expect(inside.length).toBeLessThanOrEqual(policy.budget.restarts)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('forbids no restart that would fit', () => {
    fc.assert(
      fc.property(policies, lives, (policy, history) => {
        const { restarts, decisions } = play(policy, history)

        decisions.forEach(({ end, decision }, index) => {
          if (decision.kind !== 'park') return
          const before = restarts.slice(0, index)
          const fits = (at: number) =>
            before.filter((other) => at - other <= within).length < policy.budget.restarts
          const isGood = end.ranMs >= policy.stableAfterMs
          if (!end.trial || isGood) {
            const soonest = end.now + policy.backoff.initialMs * (1 - policy.backoff.jitter)
            expect(fits(soonest)).toBe(false)
          }
          const least = end.now + Math.min(2_000, policy.park.firstMs * 2 ** (decision.parks - 1))
          expect(decision.trialAt).toBeGreaterThanOrEqual(least)
          if (decision.trialAt > least) expect(fits(decision.trialAt - 1.001)).toBe(false)
        })
      }),
      { numRuns: 500 },
    )
  })

  it('counts consecutive parks since the last stable generation', () => {
    fc.assert(
      fc.property(policies, lives, (policy, history) => {
        let parks = 0
        for (const { end, decision } of play(policy, history).decisions) {
          if (end.ranMs >= policy.stableAfterMs) parks = 0
          if (decision.kind === 'park') parks += 1
          if (decision.kind === 'park') expect(decision.parks).toBe(parks)
          if (decision.kind === 'restart' && end.trial) expect(end.ranMs).toBeGreaterThanOrEqual(100)
        }
      }),
    )
  })

  it('backs off by the number of restarts since the last stable generation', () => {
    fc.assert(
      fc.property(policies, lives, (policy, history) => {
        let streak = 0
        for (const { end, decision } of play(policy, history).decisions) {
          if (end.ranMs >= policy.stableAfterMs) streak = 0
          if (decision.kind === 'restart') {
            expect(decision.streak).toBe(streak)
            expect(decision.delayMs).toBeLessThanOrEqual(policy.backoff.maxMs)
            expect(decision.dueAt).toBe(end.now + decision.delayMs)
          }
          streak += 1
        }
      }),
    )
  })

  it('gives the same decisions for a cloned ledger', () => {
    fc.assert(
      fc.property(policies, lives, (policy, history) => {
        expect(play(policy, history)).toEqual(play(policy, history))
      }),
    )
  })
})
