import { describe, expect, it } from 'vitest'
import { InvalidOptionError } from '../base/errors.ts'
import { exponential, fixed } from './backoff.ts'
import { always, never, onFailure } from './modes.ts'
import type { RestartOptions } from './policy.ts'
import { resolveRestart } from './resolve-restart.ts'

const resolved = (options?: RestartOptions) => resolveRestart(always(options))

describe('always', () => {
  it('has a default for each option', () => {
    expect(resolved()).toEqual({
      mode: 'always',
      backoff: { initialMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0.2 },
      stableAfterMs: 120_000,
      budget: { restarts: 10, withinMs: 600_000 },
      exhausted: 'park',
      park: { firstMs: 60_000, maxMs: 900_000 },
      when: undefined,
    })
  })

  it('uses the given options', () => {
    const when = (): boolean => false

    const policy = resolved({
      backoff: fixed('2s', { jitter: 0 }),
      stableAfter: '30s',
      budget: { restarts: 3, within: '1m' },
      exhausted: 'escalate',
      park: { first: '10s' },
      when,
    })

    expect(policy).toEqual({
      mode: 'always',
      backoff: { initialMs: 2_000, factor: 1, maxMs: 2_000, jitter: 0 },
      stableAfterMs: 30_000,
      budget: { restarts: 3, withinMs: 60_000 },
      exhausted: 'escalate',
      park: { firstMs: 10_000, maxMs: 900_000 },
      when,
    })
  })

  it('treats a generation as stable after twice the longest backoff', () => {
    expect(resolved({ backoff: fixed('7s') }).stableAfterMs).toBe(14_000)
    expect(resolved({ backoff: exponential({ max: '5m' }) }).stableAfterMs).toBe(600_000)
    expect(resolved({ backoff: fixed(0) }).stableAfterMs).toBe(1)
  })

  it('raises the default maximum if the first park is longer', () => {
    expect(resolved({ park: { first: '1h' } }).park).toEqual({ firstMs: 3_600_000, maxMs: 3_600_000 })
  })

  it('is frozen', () => {
    const policy = resolved()

    expect(Object.isFrozen(policy)).toBe(true)
    expect(Object.isFrozen(policy.backoff)).toBe(true)
    expect(Object.isFrozen(policy.budget)).toBe(true)
    expect(Object.isFrozen(policy.park)).toBe(true)
  })

  it.each([
    [{ maxRestarts: 5 }, 'maxRestarts'],
    [{ backoff: 'exponential' }, 'restart.backoff'],
    [{ backoff: { initialMs: 1, factor: 2, maxMs: 1, jitter: 0, min: 1 } }, 'min'],
    [{ stableAfter: 0 }, 'restart.stableAfter'],
    [{ budget: { restarts: 2.5, within: '1m' } }, 'restart.budget.restarts'],
    [{ budget: { restarts: -1, within: '1m' } }, 'restart.budget.restarts'],
    [{ budget: { restarts: 5, within: 0 } }, 'restart.budget.within'],
    [{ budget: { restarts: 5 } }, 'restart.budget.within'],
    [{ budget: 5 }, 'restart.budget'],
    [{ exhausted: 'panic' }, 'restart.exhausted'],
    [{ park: { first: '20m', max: '15m' } }, 'restart.park.max'],
    [{ park: { every: '1m' } }, 'every'],
    [{ when: true }, 'restart.when'],
    [7, 'restart'],
    [null, 'restart'],
  ])('rejects %o and names %s', (options, named) => {
    const make = (): unknown => always(options as object)

    expect(make).toThrow(InvalidOptionError)
    expect(make).toThrow(named)
  })
})

describe('a made policy', () => {
  it('does not change with the object that it was made from', () => {
    const budget = { restarts: 4, within: '1s' as const }
    const park = { first: '1s' as const }

    const policy = always({ budget, park })
    budget.restarts = 99
    Object.assign(park, { first: '2s' })

    expect(policy).toMatchObject({ budget: { restarts: 4 }, park: { first: '1s' } })
    expect(Object.isFrozen(policy)).toBe(true)
    expect(Object.isFrozen(policy.budget)).toBe(true)
    expect(Object.isFrozen(policy.park)).toBe(true)
  })
})

describe('onFailure and never', () => {
  it('differ from always only in their mode', () => {
    expect(onFailure()).toEqual({ ...always(), mode: 'on-failure' })
    expect(never()).toEqual({ ...always(), mode: 'never' })
  })
})

describe('resolveRestart', () => {
  it('accepts a policy, the name of a mode, or undefined', () => {
    expect(resolveRestart(undefined)).toEqual(resolveRestart(always()))
    expect(resolveRestart('always')).toEqual(resolveRestart(always()))
    expect(resolveRestart('on-failure')).toEqual(resolveRestart(onFailure()))
    expect(resolveRestart('never')).toEqual(resolveRestart(never()))
  })

  it('fills in the defaults of a policy that was written as an object', () => {
    expect(resolveRestart({ mode: 'always' })).toEqual(resolved())
    expect(resolveRestart({ mode: 'on-failure', exhausted: 'stop' })).toEqual(
      resolveRestart(onFailure({ exhausted: 'stop' })),
    )
  })

  it('copies a policy that was written as an object', () => {
    const policy = { ...always(), budget: { restarts: 4, within: 1_000 } }

    const resolved = resolveRestart(policy)
    policy.budget.restarts = 99

    expect(resolved.budget.restarts).toBe(4)
    expect(Object.isFrozen(resolved)).toBe(true)
  })

  it.each([
    ['sometimes', 'restart'],
    [true, 'restart'],
    [null, 'restart'],
    [{ ...always(), mode: 'on' }, 'restart.mode'],
    [{ ...always(), stableAfter: Number.NaN }, 'restart.stableAfter'],
    [{ ...always(), budget: { restarts: 1_001, within: 1 } }, 'restart.budget.restarts'],
    [{ ...always(), park: { first: 5, max: 4 } }, 'restart.park.max'],
    [{ ...always(), extra: 1 }, 'extra'],
  ])('rejects %o and names %s', (value, named) => {
    expect(() => resolveRestart(value as 'never')).toThrow(named)
  })
})
