import { describe, expect, it } from 'vitest'
import { InvalidOptionError } from '../base/errors.ts'
import { errorRate } from './rules/error-rate.ts'
import { stuck } from './rules/live-run.ts'
import { restarts } from './rules/loops.ts'

describe('the options of every rule', () => {
  it('counts at once and is over at once, unless told otherwise', () => {
    expect(stuck()).toMatchObject({
      name: 'stuck',
      life: { forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 },
      restarts: false,
    })
  })

  it('takes when it counts, when it is over, whether it restarts, and another name', () => {
    const rule = restarts({ name: 'storm', for: '1m', runs: 2, keepFor: '5m', okRuns: 3, restarts: true })

    expect(rule).toMatchObject({
      name: 'storm',
      life: { forMs: 60_000, runs: 2, keepForMs: 300_000, okRuns: 3 },
      restarts: true,
    })
  })

  it('makes values that nobody can change', () => {
    expect(Object.isFrozen(stuck({ for: 5 }))).toBe(true)
    expect(Object.isFrozen(stuck({ for: 5 }).life)).toBe(true)
  })

  it.each([
    [{ fro: '1m' }, 'got'],
    [{ name: 'no spaces' }, '`stuck.name`'],
    [{ name: '' }, '`stuck.name`'],
    [{ for: -1 }, '`stuck.for`'],
    [{ for: Number.POSITIVE_INFINITY }, '`stuck.for`'],
    [{ keepFor: 'long' }, '`stuck.keepFor`'],
    [{ runs: 0 }, '`stuck.runs`'],
    [{ okRuns: 1.5 }, '`stuck.okRuns`'],
    [{ restarts: 'yes' }, '`stuck.restarts`'],
    [null, '`stuck`'],
  ])('refuses %o', (options, told) => {
    expect(() => stuck(options as never)).toThrow(InvalidOptionError)
    expect(() => stuck(options as never)).toThrow(told)
  })

  it('treats an option that is undefined as left out', () => {
    expect(errorRate({ window: undefined, degraded: undefined, for: undefined }).life).toEqual(
      errorRate().life,
    )
  })
})
