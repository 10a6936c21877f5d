import { describe, expect, it } from 'vitest'
import { InvalidOptionError } from '../base/errors.ts'
import { errorRate } from './rules/error-rate.ts'
import { stuck } from './rules/live-run.ts'
import { restarts } from './rules/loops.ts'

describe('the options of every rule', () => {
  it('open and close a rule immediately by default', () => {
    expect(stuck()).toMatchObject({
      name: 'stuck',
      life: { forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 },
      restarts: false,
    })
  })

  it('set when a rule opens and closes, whether it restarts, and its name', () => {
    const rule = restarts({ name: 'storm', for: '1m', runs: 2, keepFor: '5m', okRuns: 3, restarts: true })

    expect(rule).toMatchObject({
      name: 'storm',
      life: { forMs: 60_000, runs: 2, keepForMs: 300_000, okRuns: 3 },
      restarts: true,
    })
  })

  it('make frozen rules', () => {
    expect(Object.isFrozen(stuck({ for: 5 }))).toBe(true)
    expect(Object.isFrozen(stuck({ for: 5 }).life)).toBe(true)
  })

  it.each([
    [{ fro: '1m' }, "Unknown option 'fro' of `stuck`. Did you mean 'for'?"],
    [{ name: 'no spaces' }, '`stuck.name`'],
    [{ name: '' }, '`stuck.name`'],
    [{ for: -1 }, '`stuck.for`'],
    [{ for: Number.POSITIVE_INFINITY }, '`stuck.for`'],
    [{ keepFor: 'long' }, '`stuck.keepFor`'],
    [{ runs: 0 }, '`stuck.runs`'],
    [{ okRuns: 1.5 }, '`stuck.okRuns`'],
    [{ restarts: 'yes' }, '`stuck.restarts`'],
    [null, '`stuck`'],
  ])('are rejected: %o', (options, message) => {
    expect(() => stuck(options as never)).toThrow(InvalidOptionError)
    expect(() => stuck(options as never)).toThrow(message)
  })

  it('count as omitted when they are undefined', () => {
    expect(errorRate({ window: undefined, degraded: undefined, for: undefined }).life).toEqual(
      errorRate().life,
    )
  })
})
