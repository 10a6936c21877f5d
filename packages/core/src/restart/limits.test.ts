import { describe, expect, it } from 'vitest'
import { exponential, fixed } from './backoff.ts'
import { explainRestart } from './explain-restart.ts'
import { inWindow, newLedger } from './ledger.ts'
import { always } from './modes.ts'
import { resolveBackoff } from './resolve-backoff.ts'
import { resolveRestart } from './resolve-restart.ts'
import { retry } from './retry.ts'

const year = 365 * 86_400_000

describe('a backoff', () => {
  it('accepts the maximum of each option', () => {
    const greatest = { initialMs: year, factor: 1_000, maxMs: year, jitter: 1 }

    expect(exponential({ initial: '365d', factor: 1_000, max: '365d', jitter: 1 })).toEqual(greatest)
    expect(resolveBackoff('backoff', greatest)).toEqual(greatest)
    expect(fixed('365d', { jitter: 0 })).toEqual({ initialMs: year, factor: 1, maxMs: year, jitter: 0 })
  })

  it.each([
    [() => exponential(5 as never), '`backoff` to be an object of options'],
    [() => exponential({ initial: year + 1 }), '`backoff.initial` to be'],
    [() => exponential({ max: year + 1 }), '`backoff.max` to be'],
    [
      () => exponential({ initial: '2m', max: '1m' }),
      "`backoff.max` to be at least `initial` (2 min), got '1m'",
    ],
    [
      () => exponential({ max: '500ms' }),
      "`backoff.max` to be at least 1 s (the default of `initial`), or given together with a shorter `initial`, got '500ms'",
    ],
    [() => exponential({ factor: 1_001 }), '`backoff.factor` to be a number from 1 to 1000, got 1001'],
    [() => exponential({ factor: '2' as never }), '`backoff.factor` to be a number from 1 to 1000'],
    [() => exponential({ jitter: 1.5 }), '`backoff.jitter` to be a ratio from 0 to 1, got 1.5'],
    [() => exponential({ jitter: '0.5' as never }), '`backoff.jitter` to be a ratio from 0 to 1'],
    [() => fixed('1s', 5 as never), '`backoff` to be an object of options'],
    [() => fixed(year + 1), '`delay` to be'],
    [() => fixed('1s', { jitter: 2 }), '`backoff.jitter` to be a ratio from 0 to 1'],
  ])('names the invalid option of a factory: %s', (make, message) => {
    expect(make).toThrow(message)
  })

  it.each([
    [{ initialMs: year + 1 }, '`retry.backoff.initialMs` to be'],
    [{ maxMs: year + 1 }, '`retry.backoff.maxMs` to be'],
    [{ maxMs: 999 }, '`retry.backoff.maxMs` to be at least `initialMs` (1 s), got 999'],
  ])('names the invalid field of a plain object with %o', (wrong, message) => {
    const backoff = { initialMs: 1_000, factor: 2, maxMs: 2_000, jitter: 0, ...wrong }

    expect(() => retry(1, { backoff })).toThrow(message)
  })
})

describe('retry', () => {
  it('rejects options that are not an object', () => {
    expect(() => retry(1, 5 as never)).toThrow('`retry` to be an object of options')
  })
})

describe('the factory of a restart policy', () => {
  it.each([
    [{ park: 5 }, '`restart.park` to be an object of options'],
    [{ park: { first: 0 } }, '`restart.park.first` to be'],
    [{ park: { first: year + 1 } }, '`restart.park.first` to be'],
    [{ park: { max: year + 1 } }, '`restart.park.max` to be'],
    [
      { park: { max: '30s' } },
      "`restart.park.max` to be at least 60 s (the default of `first`), or given together with a shorter `first`, got '30s'",
    ],
    [{ park: { first: '2m', max: '59s' } }, "`restart.park.max` to be at least `first` (2 min), got '59s'"],
    [{ park: { first: '2m', max: 'soon' } }, '`restart.park.max` to be a duration'],
    [{ stableAfter: 0 }, '`restart.stableAfter` to be'],
    [{ budget: { restarts: 1, within: 0 } }, '`restart.budget.within` to be'],
    [{ budget: { restarts: 1, within: year + 1 } }, '`restart.budget.within` to be'],
  ])('names the option that cannot be %o', (options, message) => {
    expect(() => always(options as object)).toThrow(message)
  })
})

describe('a restart policy given as a plain object', () => {
  it('accepts the maximum and the minimum of each field', () => {
    const greatest = {
      mode: 'always',
      stableAfter: '730d',
      budget: { restarts: 1_000, within: '365d' },
      park: { first: '365d', max: '365d' },
    } as const
    const least = {
      mode: 'always',
      stableAfter: 1,
      budget: { restarts: 0, within: 1 },
      park: { first: 1, max: 1 },
    } as const

    expect(resolveRestart(greatest)).toMatchObject({
      stableAfterMs: 2 * year,
      budget: { restarts: 1_000, withinMs: year },
      park: { firstMs: year, maxMs: year },
    })
    expect(resolveRestart(least)).toMatchObject({
      stableAfterMs: 1,
      budget: { restarts: 0, withinMs: 1 },
      park: { firstMs: 1, maxMs: 1 },
    })
  })

  it.each([
    [{ extra: 1 }, "Unknown option 'extra' of `restart`. Known options: mode, backoff, stableAfter"],
    [{ stableAfter: 0 }, '`restart.stableAfter` to be'],
    [{ stableAfter: 2 * year + 1 }, '`restart.stableAfter` to be'],
    [{ budget: { restarts: 1, within: 0 } }, '`restart.budget.within` to be'],
    [{ budget: { restarts: 1, within: year + 1 } }, '`restart.budget.within` to be'],
    [{ park: 5 }, '`restart.park` to be an object of options'],
    [{ park: { first: 0, max: 1 } }, '`restart.park.first` to be'],
    [{ park: { first: year + 1, max: year + 1 } }, '`restart.park.first` to be'],
    [{ park: { first: 1, max: year + 1 } }, '`restart.park.max` to be'],
  ])('names the field that cannot be %o', (wrong, message) => {
    expect(() => resolveRestart({ ...always(), ...(wrong as object) })).toThrow(message)
  })

  it.each([true, 5, null])('is required instead of %o', (value) => {
    expect(() => resolveRestart(value as never)).toThrow(
      '`restart` to be always(…), onFailure(…), never() or the name of a mode',
    )
  })
})

describe('inWindow', () => {
  it('counts all restarts if the window is longer than the log', () => {
    const ledger = { ...newLedger(), log: [100, 200, 300] }

    expect(inWindow(ledger, 300, 200)).toBe(3)
    expect(inWindow(ledger, 300, 5_000)).toBe(3)
  })
})

describe('explainRestart', () => {
  it('does not call the budget of never unreachable', () => {
    expect(explainRestart(resolveRestart('never'))).toEqual({
      delaysMs: [],
      timeToGiveUpMs: undefined,
      reachable: true,
    })
  })
})
