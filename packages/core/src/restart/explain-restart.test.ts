import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exponential, fixed } from './backoff.ts'
import { decideRestart } from './decide.ts'
import { explainRestart } from './explain-restart.ts'
import { newLedger, recordRestart } from './ledger.ts'
import * as modes from './modes.ts'
import type { ResolvedRestart, RestartOptions } from './policy.ts'
import { resolveRestart } from './resolve-restart.ts'

const always = (options?: RestartOptions): ResolvedRestart => resolveRestart(modes.always(options))

const play = (policy: ResolvedRestart, jitterUnit: number, lifeMs = 0): number | undefined => {
  const ledger = newLedger()
  let now = lifeMs
  for (let count = 0; count < 500; count += 1) {
    const end = {
      cause: 'threw',
      ranMs: lifeMs,
      now,
      jitterUnit,
      predicateSaid: undefined,
      trial: false,
    } as const
    const decision = decideRestart(policy, ledger, end)
    if (decision.kind !== 'restart') return now
    recordRestart(policy, ledger, decision.dueAt)
    now = decision.dueAt + lifeMs
  }
  return undefined
}

describe('explainRestart', () => {
  it('says that a loop that crashes immediately is given up after five minutes by default', () => {
    const curve = explainRestart(always())

    expect(curve.delaysMs).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000, 60_000,
    ])
    expect(curve.timeToGiveUpMs).toBe(303_000)
    expect(curve.reachable).toBe(true)
    // 10 waits take 362 s. The rest of the 10 minutes is 238 s, which is 23.8 s for each of 10 runs.
    expect(curve.longestLifeMs).toBe(23_800)
  })

  it('finds a budget that the backoff can never use up', () => {
    const curve = explainRestart(always({ budget: { restarts: 10, within: '1m' } }))

    expect(curve).toMatchObject({ timeToGiveUpMs: undefined, reachable: false, longestLifeMs: undefined })
  })

  it('includes both ends of the window: restarts exactly one window apart use up the budget', () => {
    const every = (withinMs: number): ResolvedRestart =>
      always({ backoff: fixed(100, { jitter: 0 }), budget: { restarts: 5, within: withinMs } })

    expect(explainRestart(every(500))).toMatchObject({ reachable: true, timeToGiveUpMs: 500 })
    expect(explainRestart(every(499))).toMatchObject({ reachable: false, timeToGiveUpMs: undefined })
  })

  it('calls a budget reachable if only short waits use it up', () => {
    const backoff = fixed(100, { jitter: 0.5 })

    const curve = explainRestart(always({ backoff, budget: { restarts: 5, within: 300 } }))

    expect(curve).toMatchObject({ reachable: true, timeToGiveUpMs: undefined })
    expect(explainRestart(always({ backoff, budget: { restarts: 5, within: 250 } })).reachable).toBe(false)
  })

  it('gives up at the first end if no restart is allowed, and lists no delays for never', () => {
    expect(explainRestart(always({ budget: { restarts: 0, within: '1m' } }))).toMatchObject({
      timeToGiveUpMs: 0,
      reachable: true,
      longestLifeMs: undefined,
    })
    expect(explainRestart(resolveRestart('never')).delaysMs).toEqual([])
  })

  it('agrees with a simulated loop', () => {
    const policies = fc
      .record({
        initial: fc.integer({ min: 1, max: 1_000 }),
        factor: fc.constantFrom(1, 1.5, 2, 10),
        max: fc.integer({ min: 1_000, max: 20_000 }),
        jitter: fc.constantFrom(0, 0.2, 0.5),
        restarts: fc.nat({ max: 8 }),
        within: fc.integer({ min: 1, max: 60_000 }),
      })
      .map(({ initial, factor, max, jitter, restarts, within }) =>
        always({ backoff: exponential({ initial, factor, max, jitter }), budget: { restarts, within } }),
      )
    fc.assert(
      fc.property(policies, (policy) => {
        const curve = explainRestart(policy)

        const slowest = play(policy, 0)
        const fastest = play(policy, 1 - 2 ** -40)

        expect(slowest).toBe(curve.timeToGiveUpMs)
        if (!curve.reachable) expect(fastest).toBeUndefined()
        else expect(fastest).toBeDefined()
        if (curve.longestLifeMs === undefined || curve.longestLifeMs < 1) return
        expect(play(policy, 0, Math.floor(curve.longestLifeMs) - 1)).toBeDefined()
        if (curve.longestLifeMs < policy.stableAfterMs) {
          expect(play(policy, 0, Math.ceil(curve.longestLifeMs) + 1)).toBeUndefined()
        }
      }),
    )
  })
})
