import {
  always,
  type EventOf,
  every,
  loop,
  rule,
  rules,
  type TaskHealth,
  type TaskOptions,
} from '@runwell/core'
import * as Sentry from '@sentry/node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type SentryObserverOptions, sentryObserver } from '../src/index.ts'
import { FakeSupervisor, fail, taskInfo } from './fake-supervisor.ts'
import { orderedTransport } from './ordered-transport.ts'
import { Receiver } from './receiver.ts'
import { kinds, superviseFor } from './supervise.ts'

let receiver: Receiver

beforeAll(async () => {
  receiver = await Receiver.open()
  Sentry.init({ dsn: receiver.dsn, environment: 'production', transportOptions: orderedTransport() })
})
beforeEach(() => receiver.clear())
afterAll(async () => {
  await Sentry.close(1_000)
  await receiver.close()
})

const supervise = (tasks: readonly TaskOptions[], options?: SentryObserverOptions) =>
  superviseFor(receiver, tasks, options)

const hangs = () => new Promise<never>(() => {})

describe('a task that becomes unhealthy without a failure', { timeout: 30_000 }, () => {
  it('creates one event while its first run hangs', async () => {
    const { clock, supervisor, received } = supervise([
      { name: 'feed', priority: 'critical', schedule: every('1m', { immediate: true }), run: hangs },
    ])

    await supervisor.start()
    await clock.advance('1d')
    const events = await received()

    expect(kinds(events)).toEqual(['unhealthy'])
    expect(events[0]).toMatchObject({
      level: 'fatal',
      fingerprint: ['runwell', 'unhealthy', 'feed'],
      tags: {
        'runwell.task': 'feed',
        'runwell.owner': 'app',
        'runwell.priority': 'critical',
        'runwell.rule': 'stale',
      },
      contexts: { runwell: { state: 'running', health: 'unhealthy', run_id: expect.any(String) } },
    })
    expect(events[0].exception.values).toEqual([
      expect.objectContaining({
        type: 'TaskUnhealthy',
        value: expect.stringMatching(/^Task 'feed' is unhealthy: no success although 4 runs were due/),
        mechanism: { type: 'auto.runwell.task', handled: true },
      }),
    ])
  })

  it('creates one event for a run that hangs after a failure that Sentry knows', async () => {
    let runs = 0
    const { clock, supervisor, received } = supervise([
      {
        name: 'feed',
        schedule: every('1m', { immediate: true }),
        run: () => {
          runs += 1
          if (runs === 1) throw new Error('connection lost')
          return hangs()
        },
      },
    ])

    await supervisor.start()
    await clock.advance('1d')
    const events = await received()

    expect(kinds(events)).toEqual(['failure', 'unhealthy'])
    expect(events[1].tags['runwell.rule']).toBe('hung')
  })

  it('creates one event for the missing runs of an external task', async () => {
    const { clock, supervisor, received } = supervise([])
    supervisor.external({ name: 'nightly', expects: every('1h'), grace: '5m' })

    await supervisor.start()
    await clock.advance('1d')
    const events = await received()

    expect(kinds(events)).toEqual(['unhealthy'])
    expect(events[0].tags['runwell.rule']).toBe('stale')
  })

  it('creates one event for the missing runs of an external task that has failed once', async () => {
    const { clock, supervisor, received } = supervise([])
    const task = supervisor.external({ name: 'nightly', expects: every('1h'), grace: '5m' })

    await supervisor.start()
    await clock.advance('1h')
    await task.run(() => Promise.reject(new Error('no'))).catch(() => {})
    await clock.advance('1d')
    const events = await received()

    expect(kinds(events)).toEqual(['failure', 'unhealthy'])
    expect(events[1].tags['runwell.rule']).toBe('stale')
  })

  it('creates no event for an external task whose runs all fail', async () => {
    const { clock, supervisor, received } = supervise([])
    const task = supervisor.external({ name: 'nightly', expects: every('1h'), grace: '5m' })

    await supervisor.start()
    for (let hour = 0; hour < 6; hour += 1) {
      await clock.advance('1h')
      await task.run(() => Promise.reject(new Error('no'))).catch(() => {})
    }

    // The second event is the reminder after 1 h.
    expect(kinds(await received())).toEqual(['failure', 'failure'])
  })

  it('creates one event for a run of an external task that hangs', async () => {
    const { clock, supervisor, received } = supervise([])
    const task = supervisor.external({ name: 'interval', expects: every('2s') })

    await supervisor.start()
    await clock.advance('2s')
    void task.run(hangs)
    await clock.advance('1h')

    expect(kinds(await received())).toEqual(['unhealthy'])
  })

  it('creates one event for a loop that stops calling beat()', async () => {
    const { clock, supervisor, received } = supervise([
      {
        name: 'consumer',
        schedule: loop(),
        health: [rules.hung({ limit: '2m' })],
        run: ({ beat }) => {
          beat()
          return hangs()
        },
      },
    ])

    await supervisor.start()
    await clock.advance('3h')

    expect(kinds(await received())).toEqual(['unhealthy'])
  })

  it.each([
    ['first', ['unhealthy', 'unhealthy']],
    ['every', ['unhealthy', 'unhealthy']],
    ['transitions', ['unhealthy', 'recovery', 'unhealthy', 'recovery']],
  ] as const)('is reported again after it was healthy: %s', async (report, expected) => {
    let isBad = false
    const depth = rule('queue-depth', () =>
      isBad
        ? { status: 'unhealthy', value: 9, limit: 5, reason: '9 messages wait', recheckInMs: 10_000 }
        : undefined,
    )
    const { clock, supervisor, received } = supervise(
      [
        {
          name: 'mail',
          schedule: every('1m', { immediate: true }),
          health: { add: [depth] },
          run: () => {},
        },
      ],
      { report },
    )

    await supervisor.start()
    for (let times = 0; times < 2; times += 1) {
      await clock.advance('10m')
      isBad = true
      await clock.advance('10m')
      isBad = false
    }
    await clock.advance('30m')
    const events = await received()

    expect(kinds(events)).toEqual(expected)
    expect(events[0].exception.values[0].value).toBe("Task 'mail' is unhealthy: 9 messages wait")
    if (report !== 'transitions') return
    expect(events[1]).toMatchObject({
      level: 'info',
      message: "Task 'mail' is healthy again after 9.2 min",
      fingerprint: ['runwell', 'recovery', 'mail'],
      contexts: { runwell: { health: 'healthy' } },
    })
  })
})

describe('a task that becomes unhealthy because of a problem that Sentry knows', { timeout: 30_000 }, () => {
  it.each([
    ['failing', { schedule: every('1m', { immediate: true }), run: () => fail('no') }, ['failure']],
    [
      'failing under a rule of its own',
      {
        schedule: every('1m', { immediate: true }),
        run: () => fail('no'),
        health: [
          rule('own', ({ consecutiveFailures: n }) =>
            n > 3 ? { status: 'unhealthy', value: n, limit: 3, reason: 'fails' } : undefined,
          ),
        ],
      },
      ['failure'],
    ],
    ['a failing loop', { schedule: loop(), run: () => fail('no') }, ['failure', 'parked']],
    [
      'a loop that returns',
      {
        schedule: loop(),
        restart: always({ budget: { restarts: 2, within: '10m' }, exhausted: 'stop' }),
        run: () => {},
      },
      ['gave-up'],
    ],
    ['a stuck run', { schedule: every('1m', { immediate: true }), timeout: '10s', run: hangs }, ['stuck']],
  ] as [string, Omit<TaskOptions, 'name'>, string[]][])(
    'creates no event of its own: %s',
    async (_, task, expected) => {
      const { clock, supervisor, received } = supervise([{ name: 'job', ...task } as TaskOptions], {
        report: 'transitions',
      })

      await supervisor.start()
      await clock.advance('3h')

      expect(supervisor.task('job')?.health().status).toBe('unhealthy')
      expect(kinds(await received())).toEqual(expected)
    },
  )
})

describe('many tasks that become unhealthy', { timeout: 30_000 }, () => {
  it('create one outage event for eleven tasks within 30 s', async () => {
    const tasks = Array.from(
      { length: 11 },
      (_, n): TaskOptions => ({
        name: `job-${n}`,
        schedule: every('1m', { immediate: true }),
        run: hangs,
      }),
    )
    const { clock, supervisor, received } = supervise(tasks)

    await supervisor.start()
    await clock.advance('20m')
    const events = await received()

    expect(kinds(events)).toEqual(['outage'])
    expect(events[0].exception.values.at(-1).value).toMatch(
      /^11 tasks became unhealthy: job-\d+, job-\d+, job-\d+ and 8 more$/,
    )
  })

  it('create one event if the cause is that the fleet is down', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry))
    const unhealthy = (n: number, reasons: readonly string[]): void => {
      const info = taskInfo(`job-${n}`, { fleet: 'redis' })
      supervisor.emit(becomes(info, 'unhealthy', reasons))
    }

    supervisor.emit({ type: 'fleet.down', fleet: 'redis', error: new Error('no') } as never)
    await supervisor.run(taskInfo('failing', { fleet: 'redis' }), () => fail('no'))
    supervisor.emit(becomes(taskInfo('failing', { fleet: 'redis' }), 'unhealthy', ['stale', 'fleet']))
    for (let n = 0; n < 5; n += 1) unhealthy(n, ['stale', 'fleet'])
    unhealthy(5, ['queue-depth', 'fleet'])
    await supervisor.flush()

    const events = receiver.payloads('event').filter(({ tags }) => tags['runwell.kind'] === 'unhealthy')
    expect(events.map(({ tags }) => tags['runwell.task'])).toEqual(['job-0', 'job-5'])
    expect(events[0].exception.values[0].value).toBe(
      "Task 'job-0' is unhealthy: stale is bad; other tasks of redis with the same problem are not reported",
    )
  })
})

function becomes(info: ReturnType<typeof taskInfo>, to: TaskHealth['status'], failing: readonly string[]) {
  const reasons = failing.map((name) => ({
    rule: name,
    status: name === 'fleet' ? ('degraded' as const) : ('unhealthy' as const),
    value: 1,
    limit: 0,
    reason: `${name} is bad`,
    since: 0,
  }))
  const health: EventOf<'health.changed'>['health'] = { status: to, since: 0, flapping: false, reasons }
  return { type: 'health.changed', task: info.name, info, from: 'healthy', to, health } as const
}
