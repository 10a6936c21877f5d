import { every, loop, manual, onFailure, type TaskOptions } from '@runwell/core'
import * as Sentry from '@sentry/node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SentryObserverOptions } from '../src/index.ts'
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

const minute = 60_000
const hour = 60 * minute

const supervise = (tasks: readonly TaskOptions[], options?: SentryObserverOptions) =>
  superviseFor(receiver, tasks, options)

describe('annotate()', { timeout: 30_000 }, () => {
  it("adds its texts to the app's own events of the run and of its units, and to our reports", async () => {
    const { clock, supervisor, stop } = supervise([
      {
        name: 'import',
        schedule: every('1h', { immediate: true }),
        run: async ({ annotate, sleep, unit }) => {
          annotate({ tenant: 'a', task: 'not ours' })
          await sleep('1s')
          await unit('page', async () => {
            annotate({ page: '7' })
            Sentry.captureMessage('in the unit')
          })
          await unit('page', async () => void Sentry.captureMessage('in the next unit'))
          throw new Error('no feed')
        },
      },
    ])
    await supervisor.start()
    await clock.advance('10s')
    Sentry.captureMessage('outside')
    const events = await stop()

    const contextOf = (text: string) =>
      events.find(({ message, exception }) => (message ?? exception.values[0].value) === text).contexts
        .runwell
    const ofRun = { tenant: 'a', task: 'import', run_id: expect.any(String) }
    expect(contextOf('in the unit')).toEqual({ ...ofRun, page: '7' })
    expect(contextOf('in the next unit')).toMatchObject(ofRun)
    expect(contextOf('no feed')).toMatchObject({ ...ofRun, page: '7', outcome: 'failed' })
    expect(contextOf('outside')).toBeUndefined()
  })
})

describe('under a supervisor', { timeout: 30_000 }, () => {
  it('reports a poller that fails for two days immediately, then with reminders, then for its next streak', async () => {
    let isDown = true
    const { clock, supervisor, stop, minutes } = supervise([
      {
        name: 'poll',
        schedule: every('5m', { immediate: true }),
        run: () => {
          if (isDown) throw new Error('upstream is down')
        },
      },
    ])

    await supervisor.start()
    await clock.advance(48 * hour + 30_000)
    isDown = false
    await clock.advance(10 * minute)
    isDown = true
    await clock.advance(5 * minute)
    const events = await stop()

    expect(events.map((event) => [event.tags['runwell.report'], minutes(event)])).toEqual([
      ['first', 0],
      ['reminder', 10],
      ['reminder', 60],
      ['reminder', 360],
      ['reminder', 1440],
      ['reminder', 2880],
      ['first', 2895],
    ])
    expect(events[1].contexts.runwell).toMatchObject({
      episode_failures: 3,
      consecutive_failures: 3,
      schedule: 'every 5m',
      health: 'degraded',
    })
    expect(events[3].contexts.runwell.health).toBe('unhealthy')
    expect(events[6].contexts.runwell.last_success).toEqual(expect.stringMatching(/^2026-01-03T00:/))
    expect(events[1].breadcrumbs).toHaveLength(2)
    expect(events[1].breadcrumbs[1]).toMatchObject({
      category: 'runwell.run',
      level: 'error',
      message: 'failed after 0 ms: Error: upstream is down',
    })
  })

  it('reports the recovery with the policy transitions', async () => {
    let isDown = true
    const task: TaskOptions = {
      name: 'poll',
      schedule: every('1m', { immediate: true }),
      run: () => {
        if (isDown) throw new Error('upstream is down')
      },
    }
    const { clock, supervisor, stop } = supervise([task], { report: 'transitions' })

    await supervisor.start()
    await clock.advance(30 * minute + 30_000)
    isDown = false
    await clock.advance(minute)
    const events = await stop()

    expect(kinds(events)).toEqual(['failure', 'recovery'])
    expect(events[1]).toMatchObject({
      level: 'info',
      message: "Task 'poll' has recovered after 31 failures in 31 min",
      tags: { 'runwell.task': 'poll', 'runwell.outcome': 'succeeded' },
    })
  })

  it('creates one event for the failure and one for the parking of a loop that exhausts its budget', async () => {
    const { clock, supervisor, stop } = supervise([
      {
        name: 'gateway',
        priority: 'high',
        schedule: loop(),
        restart: onFailure({ budget: { restarts: 3, within: '10m' } }),
        run: () => {
          throw new Error('connection refused')
        },
      },
    ])

    await supervisor.start()
    await clock.advance(8 * minute)
    const events = await stop()

    expect(kinds(events)).toEqual(['failure', 'parked'])
    expect(events[0].contexts.runwell.restarts_left).toBe(3)
    expect(events[1]).toMatchObject({
      level: 'fatal',
      fingerprint: ['runwell', 'parked', 'gateway'],
      contexts: { runwell: { state: 'parked', restarts_left: 0 } },
    })
    expect(events[1].exception.values.map(({ type }: { type: string }) => type)).toEqual([
      'Error',
      'TaskParked',
    ])
    expect(events[1].exception.values[1].mechanism).toMatchObject({
      type: 'auto.runwell.task',
      handled: false,
    })
  })

  it('creates an event again for a loop that was stable before it failed', async () => {
    const durations: readonly number[] = [1_000, 29_000, 31_000, 1_000]
    let run = 0
    const { clock, supervisor, stop } = supervise([
      {
        name: 'gateway',
        schedule: loop(),
        restart: onFailure({ stableAfter: '30s' }),
        run: async ({ ready, sleep }) => {
          ready()
          await sleep(durations[run++] ?? hour)
          throw new Error('disconnected')
        },
      },
    ])

    await supervisor.start()
    await clock.advance(5 * minute)
    const events = await stop()

    expect(kinds(events)).toEqual(['failure', 'failure'])
    const { runwell: first } = events[0].contexts
    const { runwell: second } = events[1].contexts
    expect([first.duration_ms, second.duration_ms]).toEqual([1_000, 31_000])
    expect([first.consecutive_failures, second.consecutive_failures]).toEqual([1, 1])
  })

  it('creates an event for a loop that is not restarted any more', async () => {
    const { clock, supervisor, stop } = supervise([
      {
        name: 'gateway',
        schedule: loop(),
        restart: onFailure({ budget: { restarts: 2, within: '10m' }, exhausted: 'stop' }),
        run: () => {
          throw new Error('connection refused')
        },
      },
    ])

    await supervisor.start()
    await clock.advance(2 * minute)
    const events = await stop()

    expect(kinds(events)).toEqual(['failure', 'gave-up'])
    expect(events[1].exception.values.at(-1)).toMatchObject({
      type: 'TaskGaveUp',
      value: expect.stringContaining('and is given up: it is not restarted any more'),
      mechanism: { handled: false },
    })
  })

  it('creates one event for a run that ignores its signal and blocks its task', async () => {
    const { clock, supervisor, stop } = supervise([
      {
        name: 'import',
        schedule: every('1m', { immediate: true }),
        timeout: '10s',
        run: () => new Promise(() => {}),
      },
    ])

    await supervisor.start()
    await clock.advance(5 * minute)
    const events = await stop()

    expect(kinds(events)).toEqual(['stuck', 'abandoned'])
    expect(events[0]).toMatchObject({
      tags: { 'runwell.task': 'import' },
      contexts: { runwell: { state: 'stuck', run_id: expect.any(String) } },
    })
  })

  it('creates one failure event for a run that ignores its signal without blocking its task', async () => {
    const { clock, supervisor, stop } = supervise([
      {
        name: 'import',
        schedule: every('1h', { immediate: true }),
        timeout: '10s',
        allowAbandoned: 5,
        run: ({ sleep }) => sleep('1d').then(() => new Promise(() => {})),
      },
    ])

    await supervisor.start()
    await clock.advance(minute)
    const events = await stop()

    expect(new Set(kinds(events))).toEqual(new Set(['failure', 'abandoned']))
    expect(events.find(({ tags }) => tags['runwell.kind'] === 'failure').tags['runwell.outcome']).toBe(
      'abandoned',
    )
  })

  it('reports every run to its monitor, on the clock of the supervisor', async () => {
    const { clock, supervisor, stop } = supervise(
      [
        { name: 'often', schedule: every('10s', { immediate: true }), run: () => {} },
        {
          name: 'sometimes',
          schedule: every('5m', { immediate: true }),
          run: () => {
            throw new Error('no')
          },
        },
      ],
      { crons: 'scheduled', replicas: 1 },
    )

    await supervisor.start()
    // Check-ins use real HTTP, so each step of virtual time waits until Sentry has received them.
    for (let n = 0; n < 120; n++) {
      await clock.advance(5_000)
      await Sentry.flush(5_000)
    }
    await stop()

    const statuses = (slug: string) =>
      receiver
        .payloads('check_in')
        .filter(({ monitor_slug }) => monitor_slug === slug)
        .map(({ status }) => status)
    expect(statuses('sometimes')).toEqual(['error', 'error', 'error'])
    expect(statuses('often').length).toBeGreaterThanOrEqual(10)
    expect(statuses('often').length).toBeLessThanOrEqual(12)
    expect(new Set(statuses('often'))).toEqual(new Set(['ok']))
  })

  it('creates at most 21 events for five hundred tasks that fail in one second, and lists each task', async () => {
    const tasks = Array.from(
      { length: 500 },
      (_, n): TaskOptions => ({
        name: `job-${n}`,
        schedule: every('1h', { immediate: true }),
        run: async ({ sleep }) => {
          Sentry.setTag('job', `job-${n}`)
          await sleep((n * 7) % 1_000)
          throw Object.assign(new Error(`job-${n} has failed`), { name: `Failure${n % 7}` })
        },
      }),
    )
    const { clock, supervisor, stop } = supervise(tasks)

    await supervisor.start()
    await clock.advance(2_000)
    const events = await stop()

    expect(events.length).toBeLessThanOrEqual(21)
    const own = events.filter(({ tags }) => tags['runwell.kind'] === 'failure')
    for (const event of own) {
      expect(event.tags.job).toBe(event.tags['runwell.task'])
      expect(event.exception.values[0].value).toBe(`${event.tags.job} has failed`)
    }
    const listed = events.flatMap(({ extra }) => Object.values(extra ?? {}).flat() as string[])
    const named = new Set([
      ...own.map(({ tags }) => tags['runwell.task']),
      ...listed.map((line) => line.split(' ')[0]),
    ])
    expect(named.size).toBe(500)
  })

  it.each([10, 11])(
    'reports %i tasks that fail alike within 30 s, with one event for eleven',
    async (count) => {
      const tasks = Array.from(
        { length: count },
        (_, n): TaskOptions => ({
          name: `job-${n}`,
          schedule: manual(),
          run: async ({ sleep }) => {
            await sleep(n * 2_900)
            throw Object.assign(new Error(`job-${n} got no answer`), { name: 'UpstreamError' })
          },
        }),
      )
      const { clock, supervisor, stop } = supervise(tasks)
      const startedAt = clock.now()

      await supervisor.start()
      for (const task of supervisor.tasks()) void task.trigger()
      await clock.advance(2 * minute)
      const events = await stop()

      const alone = Array.from({ length: 10 }, (_, n) => ['failure', `job-${n} got no answer`])
      const together = [['outage', '11 tasks failed with UpstreamError: job-0, job-1, job-2 and 8 more']]
      expect(
        events.map(({ tags, exception }) => [tags['runwell.kind'], exception.values.at(-1).value]),
      ).toEqual(count === 10 ? alone : together)
      if (count === 10) expect(events[9].timestamp * 1000 - startedAt).toBeCloseTo(9 * 2_900, 0)
    },
  )

  it('reports an error of spawned work that its parent awaits once per task, and never as unhandled', async () => {
    const { clock, supervisor, stop } = supervise([
      {
        name: 'parent',
        schedule: every('1h', { immediate: true }),
        run: async () => {
          await supervisor
            .spawn('child', () => {
              throw new Error('from the child')
            })
            .result()
        },
      },
    ])

    await supervisor.start()
    await clock.advance(minute)
    const events = await stop()

    expect(new Set(events.map(({ tags }) => tags['runwell.task']))).toEqual(new Set(['child', 'parent']))
    expect(events).toHaveLength(2)
  })
})
