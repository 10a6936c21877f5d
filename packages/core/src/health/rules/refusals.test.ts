import { describe, expect, it } from 'vitest'
import { blocksLoop } from './blocks-loop.ts'
import { classic } from './classic.ts'
import { consecutiveFailures } from './consecutive-failures.ts'
import { errorRate } from './error-rate.ts'
import { late } from './late.ts'
import { hung, slow, stuck } from './live-run.ts'
import { notRunning, restarts } from './loops.ts'
import { stale } from './stale.ts'

describe('the factory of a rule rejects an invalid option by name:', () => {
  it.each<readonly [string, () => unknown]>([
    ['`blocks-loop.degraded` to be a duration', () => blocksLoop({ degraded: -1 })],
    ['`blocks-loop.unhealthy` to be a duration', () => blocksLoop({ unhealthy: -1 })],
    ['`classic.maxErrorsPerHour` to be a number above 0', () => classic({ maxErrorsPerHour: 0 })],
    ['`classic.maxErrorsPerHour` to be a number above 0', () => classic({ maxErrorsPerHour: '5' as never })],
    ['`classic.maxRestarts` to be', () => classic({ maxRestarts: 0 })],
    ['`classic.settle` to be', () => classic({ settle: -1 })],
    [
      '`consecutive-failures.unhealthy` to be a whole number from 1, or Infinity for never',
      () => consecutiveFailures({ unhealthy: 1.5 }),
    ],
    ['`consecutive-failures.degraded` to be', () => consecutiveFailures({ degraded: '2' as never })],
    ['`error-rate.confidence` to be true or false', () => errorRate({ confidence: 1 as never })],
    [
      '`error-rate.degraded` to be a ratio above 0 and at most 1, or Infinity for never',
      () => errorRate({ degraded: 1.5 }),
    ],
    ['`error-rate.unhealthy` to be a ratio', () => errorRate({ unhealthy: '0.5' as never })],
    ['`late.limit` to be', () => late({ limit: -1 })],
    ['`slow.limit` to be', () => slow({ limit: 0 })],
    ['`slow.expected` to be', () => slow({ expected: 0 })],
    ['`slow.atLeast` to be', () => slow({ atLeast: -1 })],
    ['`hung.limit` to be', () => hung({ limit: 0 })],
    ['`not-running.degraded` to be', () => notRunning({ degraded: -1 })],
    ['`not-running.unhealthy` to be', () => notRunning({ unhealthy: -1 })],
    ['`stale.grace` to be', () => stale({ grace: -1 })],
    ['`stale.every` to be', () => stale({ every: 0 })],
    ['`stuck.name` to be at most 40 letters, digits and . _ -', () => stuck({ name: 5 as never })],
    ['`stuck.restarts` to be true or false', () => stuck({ restarts: 1 as never })],
    [
      "Unknown option 'limit' of `stuck`. Known options: name, for, runs, keepFor, okRuns, restarts.",
      () => stuck({ limit: 5 } as never),
    ],
    [
      "Unknown option 'limit' of `restarts`. Known options: name, for, runs, keepFor, okRuns, restarts.",
      () => restarts({ limit: 5 } as never),
    ],
  ])('%s', (message, make) => {
    expect(make).toThrow(message)
  })
})

describe('the level of a rule', () => {
  it.each<readonly [string, () => unknown]>([
    [
      "`blocks-loop.degraded` to be at most 2 s (the default of `unhealthy`), or given together with a higher `unhealthy`, got '3s'",
      () => blocksLoop({ degraded: '3s' }),
    ],
    [
      '`consecutive-failures.degraded` to be at most 3 (the default of `unhealthy`), or given together with a higher `unhealthy`, got 4',
      () => consecutiveFailures({ degraded: 4 }),
    ],
    ['`error-rate.degraded` to be at most 0.5 (the default', () => errorRate({ degraded: 0.6 })],
    ['`not-running.degraded` to be at most 2 min (the default', () => notRunning({ degraded: '3m' })],
    ['`stale.degraded` to be at most 3 (the default', () => stale({ degraded: 4 })],
    [
      '`consecutive-failures.unhealthy` to be at least 2 (the default of `degraded`), or given together with a lower `degraded`, got 1',
      () => consecutiveFailures({ unhealthy: 1 }),
    ],
    [
      "`not-running.unhealthy` to be at least 10 s (the default of `degraded`), or given together with a lower `degraded`, got '5s'",
      () => notRunning({ unhealthy: '5s' }),
    ],
    ['`error-rate.unhealthy` to be at least 0.2 (the default', () => errorRate({ unhealthy: 0.1 })],
    ['`blocks-loop.unhealthy` to be at least 200 ms (the default', () => blocksLoop({ unhealthy: 100 })],
    [
      "`not-running.degraded` to be at most `unhealthy` ('1m'), got '2m'",
      () => notRunning({ degraded: '2m', unhealthy: '1m' }),
    ],
    [
      '`stale.degraded` to be at most `unhealthy` (2), got Infinity',
      () => stale({ degraded: Number.POSITIVE_INFINITY, unhealthy: 2 }),
    ],
  ])('must be in order: %s', (message, make) => {
    expect(make).toThrow(message)
  })

  it('may be equal to the next level', () => {
    expect(() => blocksLoop({ degraded: '1s', unhealthy: '1s' })).not.toThrow()
    expect(() => errorRate({ degraded: 1, unhealthy: 1 })).not.toThrow()
  })

  it('may be never', () => {
    const never = Number.POSITIVE_INFINITY

    expect(() => blocksLoop({ degraded: never, unhealthy: never })).not.toThrow()
    expect(() => notRunning({ degraded: never, unhealthy: never })).not.toThrow()
    expect(() => errorRate({ degraded: never, unhealthy: never })).not.toThrow()
  })
})

describe('the life of a rule', () => {
  it.each([
    [{ for: '1s' }, { forMs: 1_000, runs: 1, keepForMs: 0, okRuns: 1 }],
    [{ runs: 2 }, { forMs: 0, runs: 2, keepForMs: 0, okRuns: 1 }],
    [{ keepFor: '1s' }, { forMs: 0, runs: 1, keepForMs: 1_000, okRuns: 1 }],
    [{ okRuns: 2 }, { forMs: 0, runs: 1, keepForMs: 0, okRuns: 2 }],
  ] as const)('follows the options %o', (options, life) => {
    expect(stuck(options).life).toEqual(life)
  })

  it('is one shared object for all rules with default options', () => {
    expect(stuck().life).toBe(restarts({ for: 0 }).life)
  })
})
