import { describe, expect, it } from 'vitest'
import { resolveOptions, type SentryObserverOptions } from './options.ts'

describe('resolveOptions', () => {
  it('has a default for everything', () => {
    expect(resolveOptions({})).toMatchObject({
      report: 'first',
      events: 20,
      refillMs: 60_000,
      outage: { tasks: 10, withinMs: 30_000 },
      breadcrumbs: 5,
      loopBlockedMs: 1_000,
      crons: 'off',
      environments: ['production'],
      replicas: undefined,
      spans: 'auto',
      metrics: false,
      logs: false,
      close: false,
    })
  })

  it.each([
    [{ report: 'all' }, /Expected `report` to be one of 'every', 'first', 'transitions', got 'all'/],
    [{ budget: { events: 0 } }, /Expected `budget.events` to be a whole number from 1 to 1000, got 0/],
    [{ budget: { refill: 'soon' } }, /Expected `budget.refill` to be a duration/],
    [{ outage: { tasks: 1.5 } }, /Expected `outage.tasks`/],
    [{ breadcrumbs: -1 }, /Expected `breadcrumbs`/],
    [{ loopBlocked: -1 }, /Expected `loopBlocked`/],
    [{ crons: 'all' }, /Expected `crons` to be 'off', 'scheduled' or a function, got 'all'/],
    [{ replicas: 0 }, /Expected `replicas`/],
    [{ spans: 'yes' }, /Expected `spans` to be one of 'auto', 'on', 'off', got 'yes'/],
    [{ reports: 'every' }, /Expected `reports` to be one of report, budget, /],
  ])('refuses %j', (options, message) => {
    expect(() => resolveOptions(options as SentryObserverOptions)).toThrow(message)
  })
})
