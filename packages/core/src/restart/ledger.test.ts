import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allowedFrom, inWindow, newLedger, recordRestart } from './ledger.ts'
import { always } from './modes.ts'
import { resolveRestart } from './resolve-restart.ts'

const policyOf = (restarts: number, withinMs: number) =>
  resolveRestart(always({ budget: { restarts, within: withinMs } }))

describe('recordRestart', () => {
  it('counts restarts and logs no more of them than the budget needs', () => {
    const ledger = newLedger()

    for (const at of [0, 10, 20, 30]) recordRestart(policyOf(3, 1_000), ledger, at)

    expect(ledger).toEqual({ streak: 4, log: [10, 20, 30], parks: 0, total: 4 })
  })

  it('drops restarts that have left the window', () => {
    const ledger = newLedger()

    for (const at of [0, 500, 1_001]) recordRestart(policyOf(3, 1_000), ledger, at)

    expect(ledger.log).toEqual([500, 1_001])
  })

  it('keeps no log for a budget of zero', () => {
    const ledger = newLedger()

    recordRestart(policyOf(0, 1_000), ledger, 5)

    expect(ledger).toEqual({ streak: 1, log: [], parks: 0, total: 1 })
  })
})

describe('inWindow', () => {
  it('counts the restarts of a window including both ends', () => {
    const ledger = { ...newLedger(), log: [100, 200, 300] }

    expect(inWindow(ledger, 300, 100)).toBe(2)
    expect(inWindow(ledger, 300, 99)).toBe(1)
    expect(inWindow(ledger, 1_000, 100)).toBe(0)
  })
})

describe('allowedFrom', () => {
  const ledger = { ...newLedger(), log: [100, 200] }

  it('is now while the budget has room', () => {
    expect(allowedFrom(policyOf(3, 1_000), ledger, 250)).toBe(250)
    expect(allowedFrom(policyOf(2, 1_000), newLedger(), 250)).toBe(250)
  })

  it('waits until the oldest restart that counts has left the window', () => {
    expect(allowedFrom(policyOf(2, 1_000), ledger, 250)).toBe(1_101)
    expect(allowedFrom(policyOf(2, 1_000), ledger, 1_100)).toBe(1_101)
    expect(allowedFrom(policyOf(2, 1_000), ledger, 1_101)).toBe(1_101)
    expect(allowedFrom(policyOf(1, 1_000), ledger, 1_101)).toBe(1_201)
  })

  it('is never for a budget of zero', () => {
    expect(allowedFrom(policyOf(0, 1_000), newLedger(), 0)).toBe(Number.POSITIVE_INFINITY)
  })

  it('is the earliest instant at which no window exceeds the budget', () => {
    const steps = fc.array(fc.oneof(fc.nat({ max: 30 }), fc.constantFrom(99, 100, 101)), { maxLength: 30 })
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 4 }), fc.nat({ max: 250 }), (gaps, restarts, later) => {
        const policy = policyOf(restarts, 100)
        const kept = newLedger()
        const all: number[] = []
        let now = 0
        const fits = (at: number): boolean => all.filter((other) => other >= at - 100).length < restarts
        for (const gap of gaps) {
          now += gap
          if (!fits(now)) continue
          all.push(now)
          recordRestart(policy, kept, now)
        }

        let expected = now + later
        while (!fits(expected)) expected += 1

        expect(allowedFrom(policy, kept, now + later)).toBe(expected)
      }),
    )
  })
})
