import { InvalidOptionError } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import { sentryObserver } from '../sentry-observer.ts'
import { resolveOptions, type SentryObserverOptions } from './options.ts'

describe('resolveOptions', () => {
  it('has a default for every option', () => {
    expect(resolveOptions({})).toMatchObject({
      report: 'first',
      events: 20,
      refillMs: 60_000,
      outage: { tasks: 10, withinMs: 30_000 },
      breadcrumbs: 5,
      loopBlockedMs: 1_000,
      crons: false,
      environments: ['production'],
      replicas: undefined,
      spans: 'auto',
      consoleUrl: undefined,
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
    [{ consoleUrl: 'javascript:alert(1)' }, /Expected `consoleUrl` to be an address that begins with http/],
    [{ breadcrumbs: -1 }, /Expected `breadcrumbs`/],
    [{ loopBlocked: -1 }, /Expected `loopBlocked`/],
    [{ crons: 'all' }, /Expected `crons` to be 'scheduled', a function or false, got 'all'/],
    [{ replicas: 0 }, /Expected `replicas`/],
    [{ spans: 'yes' }, /Expected `spans` to be 'auto', true or false, got 'yes'/],
    [{ reports: 'every' }, /Unknown option 'reports' of `sentryObserver`. Did you mean 'report'\?/],
    [null, /Expected `sentryObserver` to be an object of options, got null/],
    [{ budget: 20 }, /Expected `budget` to be an object with events and refill, got 20/],
    [{ budget: { event: 5 } }, /Unknown option 'event' of `budget`. Did you mean 'events'\?/],
    [{ outage: { task: 5 } }, /Unknown option 'task' of `outage`. Did you mean 'tasks'\?/],
    [{ outage: true }, /Expected `outage` to be an object with tasks and within, or false, got true/],
    [{ environments: 'staging' }, /Expected `environments` to be a list of names, got 'staging'/],
    [{ environments: [7] }, /Expected `environments` to be a list of names, got \[7\]/],
    [{ metrics: 'yes' }, /Expected `metrics` to be true or false, got 'yes'/],
    [{ logs: 1 }, /Expected `logs` to be true or false, got 1/],
    [{ close: 'no' }, /Expected `close` to be true or false, got 'no'/],
    [{ onWarning: 'log' }, /Expected `onWarning` to be a function, got 'log'/],
  ])('refuses %j', (options, message) => {
    const resolved = () => resolveOptions(options as unknown as SentryObserverOptions)

    expect(resolved).toThrow(InvalidOptionError)
    expect(resolved).toThrow(message)
  })
})

describe('sentryObserver', () => {
  it.each([
    ['nothing', undefined],
    ['the options of Sentry', { dsn: 'https://key@sentry.example/1' }],
    ['a client', { captureException() {}, flush() {} }],
  ])('refuses %s in place of the namespace', (_what, given) => {
    expect(() => sentryObserver(given as never)).toThrow(
      /^Expected `Sentry` to be the SDK's namespace, from import \* as Sentry from '@sentry\/node', got /,
    )
  })
})
