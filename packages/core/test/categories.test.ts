import { describe, expect, it } from 'vitest'
import { every, Supervisor } from '../src/index.ts'
import { setUp } from './supervised.ts'

const categories = { 'feeds.': 'poller', 'feeds.slow.': 'batch', mail: 'mailer' }
const run = (): void => {}

describe('categories by prefix', () => {
  it('gives registered, spawned and instrumented tasks the category of the longest prefix', () => {
    const { supervisor, recorder } = setUp({ categories })
    supervisor.register({ name: 'feeds.poll', run })
    supervisor.owner('feeds').register({ name: 'feeds.slow.index', run })
    supervisor.discover({ plugin: { getTasks: () => [{ name: 'feeds.found', run }] } })
    supervisor.instrument({ name: 'mail.send' }, run)
    supervisor.spawn('feeds.once', run)
    supervisor.owner('mail').spawn('mailbox', run)
    supervisor.register({ name: 'feed', run })
    supervisor.register({ name: 'x.feeds.poll', run })

    const found = Object.fromEntries([...supervisor.tasks()].map(({ name, category }) => [name, category]))
    expect(found).toEqual({
      'feeds.poll': 'poller',
      'feeds.slow.index': 'batch',
      'feeds.found': 'poller',
      'mail.send': 'mailer',
      'feeds.once': 'poller',
      mailbox: 'mailer',
      feed: 'default',
      'x.feeds.poll': 'default',
    })
    expect(recorder.of('task.registered')[0]?.info.category).toBe('poller')
    expect(supervisor.explain('feeds.poll').text).toContain('(poller, normal)')
  })

  it('never replaces a category that is given, not even the default one', () => {
    const { supervisor } = setUp({ categories })
    supervisor.register({ name: 'feeds.a', category: 'default', run })
    supervisor.instrument({ name: 'feeds.b', category: 'api' }, run)
    supervisor.spawn('feeds.c', run, { category: 'burst' })
    supervisor.spawn('feeds.d', run, { category: undefined })

    expect([...supervisor.tasks()].map(({ category }) => category)).toEqual([
      'default',
      'api',
      'burst',
      'poller',
    ])
  })

  it('keeps the category of a task that is rescheduled, and gives it again to one that is registered again', async () => {
    const { supervisor } = setUp({ categories })
    const task = supervisor.register({ name: 'feeds.poll', schedule: every('30s'), run })
    await supervisor.start()
    task.reschedule(every('10s'))
    expect(task.category).toBe('poller')

    await task.unregister()
    expect(supervisor.register({ name: 'feeds.poll', run }).category).toBe('poller')
  })

  it('takes a Map, and does not see later changes of it', () => {
    const given = new Map([['feeds.', 'poller']])
    const { supervisor } = setUp({ categories: given })
    given.set('feeds.', 'other')

    expect(supervisor.register({ name: 'feeds.poll', run }).category).toBe('poller')
  })

  it.each([
    [[], 'Expected `categories` to be an object or a Map from prefixes of task names to categories, got []'],
    [{ 'feeds.': 5 }, "Expected `categories['feeds.']` to be a text of 1 to 200 characters, got 5"],
    [{ 'feeds.': ' ' }, "Expected `categories['feeds.']` to be a text of 1 to 200 characters, got ' '"],
    [
      { 'feeds.*': 'poller' },
      "Expected `categories` to be keyed by prefixes of task names, such as 'feeds.'; it is no pattern, so write 'feeds.', got 'feeds.*'",
    ],
    [
      { '': 'poller' },
      "Expected `categories` to be keyed by prefixes of task names, such as 'feeds.'; tasks that no prefix matches have the category 'default', got ''",
    ],
    [
      new Map([[5, 'poller']]),
      "Expected `categories` to be keyed by prefixes of task names, such as 'feeds.', got 5",
    ],
  ])('refuses %j with the cure', (wrong, message) => {
    const options = { categories: wrong as unknown as Record<string, string> }
    expect(() => new Supervisor(options)).toThrow(
      expect.objectContaining({ name: 'InvalidOptionError', message }),
    )
  })

  it('names the option if reading it throws', () => {
    const wrong = {
      get 'feeds.'(): string {
        throw new Error('no')
      },
    }
    expect(() => new Supervisor({ categories: wrong })).toThrow(/`categories`.*threw.*no/)
  })
})
