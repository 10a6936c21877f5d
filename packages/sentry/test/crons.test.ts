import { cron, every, manual, Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import * as Sentry from '@sentry/node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type SentryObserverOptions, sentryObserver } from '../src/index.ts'
import { FakeSupervisor, fail, taskInfo } from './fake-supervisor.ts'
import { Receiver } from './receiver.ts'

let receiver: Receiver

beforeAll(async () => {
  receiver = await Receiver.open()
  Sentry.init({ dsn: receiver.dsn, environment: 'production', release: 'app@1' })
})
beforeEach(() => receiver.clear())
afterAll(async () => {
  await Sentry.close(1_000)
  await receiver.close()
})

const minute = 60_000
const everyMinute = every('1m').info
const nightly = cron('0 3 * * *', { timeZone: 'UTC' }).info

function supervise(options: SentryObserverOptions = {}) {
  const warnings: string[] = []
  const observer = sentryObserver(Sentry, {
    crons: 'scheduled',
    replicas: 1,
    onWarning: (message) => warnings.push(message),
    ...options,
  })
  return { supervisor: new FakeSupervisor(observer), warnings }
}

function lastStates(): Record<string, string> {
  const checkIns = receiver.payloads('check_in')
  return Object.fromEntries(checkIns.map(({ monitor_slug, status }) => [monitor_slug, status]))
}

describe('a check-in', () => {
  it('reports the end of a run, with the configuration of the monitor', async () => {
    const { supervisor } = supervise()
    const task = taskInfo('billing.close', { schedule: nightly, timeoutMs: 20 * minute })
    supervisor.register(task)

    await supervisor.run(task, () => {}, { durationMs: 2_500 })
    await supervisor.flush()

    expect(receiver.payloads('check_in')).toEqual([
      {
        check_in_id: expect.stringMatching(/^[0-9a-f-]{32,36}$/),
        monitor_slug: 'billing-close',
        status: 'ok',
        duration: 2.5,
        environment: 'production',
        release: 'app@1',
        monitor_config: {
          schedule: { type: 'crontab', value: '0 3 * * *' },
          timezone: 'UTC',
          checkin_margin: 30,
          failure_issue_threshold: 1,
          recovery_threshold: 1,
        },
        contexts: { trace: expect.objectContaining({ trace_id: expect.any(String) }) },
      },
    ])
  })

  it('reports a task that other code runs, with its grace as the margin', async () => {
    const clock = new VirtualClock({ startAt: '2026-01-01T00:00:00Z' })
    const supervisor = new Supervisor({
      clock,
      observers: [sentryObserver(Sentry, { crons: 'scheduled', replicas: 1 })],
    })
    const task = supervisor.external({
      name: 'backup',
      host: 'croner',
      expects: cron('0 3 * * *', { timeZone: 'UTC' }),
    })
    supervisor.external({ name: 'unplanned' }).begin().end()
    await supervisor.start()
    await clock.advance('3h')
    task.begin().end()
    await supervisor.stop()

    expect(receiver.payloads('check_in')).toMatchObject([
      {
        monitor_slug: 'backup',
        status: 'ok',
        monitor_config: {
          schedule: { type: 'crontab', value: '0 3 * * *' },
          timezone: 'UTC',
          checkin_margin: 5,
        },
      },
    ])
  })

  it('is sent no more once the task has a schedule without a monitor', async () => {
    const clock = new VirtualClock({ startAt: '2026-01-01T00:10:00Z' })
    const supervisor = new Supervisor({
      clock,
      observers: [sentryObserver(Sentry, { crons: 'scheduled', replicas: 1 })],
    })
    const task = supervisor.register({ name: 'report', schedule: cron('0 * * * *'), run: () => {} })
    await supervisor.start()
    await clock.advance('1h')
    task.reschedule(manual())
    await task.trigger()
    await clock.advance('1h')
    await supervisor.stop()

    expect(receiver.payloads('check_in').map(({ status }) => status)).toEqual(['ok'])
  })

  it('has the trace of its run', async () => {
    const { supervisor } = supervise()
    const task = taskInfo('traced', { schedule: everyMinute })
    supervisor.register(task)
    const annotations = { trace_id: 'c'.repeat(32), span_id: 'd'.repeat(16) }

    await supervisor.run(task, () => {}, { annotations })
    await supervisor.flush()

    expect(receiver.payloads('check_in')[0].contexts.trace).toMatchObject(annotations)
  })

  it('is sent at the start and end of a run if maxRuntime is set', async () => {
    const { supervisor } = supervise({ crons: () => ({ maxRuntime: '5m' }) })
    const task = taskInfo('long', { schedule: everyMinute })
    supervisor.register(task)

    await supervisor.run(task, () => receiver.until(() => receiver.payloads('check_in').length === 1))
    await supervisor.flush()

    const [opening, closing] = receiver.payloads('check_in')
    expect(opening).toMatchObject({ status: 'in_progress', monitor_config: { max_runtime: 5 } })
    expect(closing).toMatchObject({ status: 'ok', check_in_id: opening.check_in_id })
    expect(closing.contexts.trace.trace_id).toBe(opening.contexts.trace.trace_id)
  })

  it.each([
    ['daily', nightly, ['error']],
    ['each minute', everyMinute, []],
  ] as const)('of a run that a deploy has cut, %s: %j', async (_, schedule, expected) => {
    const { supervisor } = supervise()
    const task = taskInfo('cut', { schedule })
    supervisor.register(task)

    await supervisor.run(task, () => {}, { outcome: 'cancelled', abortedFor: 'shutdown' })
    await supervisor.flush()

    expect(receiver.payloads('check_in').map(({ status }) => status)).toEqual(expected)
  })

  it('is left to the process that takes the run over, if a fleet runs the task', async () => {
    const { supervisor } = supervise()
    const task = { ...taskInfo('nightly', { schedule: nightly, scope: 'service' }), fleet: 'the fleet' }
    supervisor.register(task)

    await supervisor.run(task, () => {}, { outcome: 'cancelled', abortedFor: 'shutdown' })
    await supervisor.run(task, () => {}, { outcome: 'cancelled', abortedFor: 'lease-lost' })
    await supervisor.flush()
    expect(receiver.payloads('check_in')).toEqual([])

    await supervisor.run(task, () => {})
    await supervisor.flush()
    expect(lastStates()).toEqual({ nightly: 'ok' })
  })

  it('is one per slot, if a process of a fleet dies during the run and another one runs it again', async () => {
    const crons = () => ({ maxRuntime: '5m' }) as const
    const [lost, next] = [supervise({ crons }).supervisor, supervise({ crons }).supervisor]
    const task = { ...taskInfo('nightly', { schedule: nightly, scope: 'service' }), fleet: 'the fleet' }
    for (const supervisor of [lost, next]) supervisor.register(task)

    void lost.run(task, () => new Promise(() => {}))
    await receiver.until(() => receiver.payloads('check_in').length === 1)
    await next.run(task, () => {})
    await next.flush()

    const sent = receiver.payloads('check_in')
    expect(new Set(sent.map(({ check_in_id }) => check_in_id)).size).toBe(1)
    expect(sent.at(-1)).toMatchObject({ status: 'ok' })
    next.at += 24 * 60 * minute
    await next.run(task, () => {})
    await next.flush()
    expect(receiver.payloads('check_in').at(-1)?.check_in_id).not.toBe(sent[0]?.check_in_id)
  })

  it.each(['lease-lost', 'shutdown'] as const)(
    'stays open for the process that takes the run over, if a fleet runs the task and the run ends with %s',
    async (abortedFor) => {
      const { supervisor } = supervise({ crons: () => ({ maxRuntime: '5m' }) })
      const task = { ...taskInfo('nightly', { schedule: nightly, scope: 'service' }), fleet: 'the fleet' }
      supervisor.register(task)

      let end = (): void => {}
      const ended = supervisor.run(task, () => new Promise<void>((resolve) => (end = resolve)), {
        outcome: 'cancelled',
        abortedFor,
      })
      await receiver.until(() => receiver.payloads('check_in').length === 1)
      end()
      await ended
      await supervisor.flush()

      expect(receiver.payloads('check_in')).toMatchObject([{ status: 'in_progress' }])
    },
  )

  it('is closed at shutdown if it is open', async () => {
    const { supervisor } = supervise({ crons: () => ({ maxRuntime: '5m' }) })
    const task = taskInfo('hangs', { schedule: everyMinute })
    supervisor.register(task)

    void supervisor.run(task, () => new Promise(() => {}))
    await receiver.until(() => receiver.payloads('check_in').length === 1)
    await supervisor.flush()

    const [opening, closing] = receiver.payloads('check_in')
    expect(closing).toMatchObject({ status: 'error', check_in_id: opening.check_in_id })
  })

  it('is not sent from an environment that is not listed', async () => {
    const { supervisor } = supervise({ environments: ['staging'] })
    const task = taskInfo('elsewhere', { schedule: everyMinute })
    supervisor.register(task)

    await supervisor.run(task, () => {})
    await supervisor.flush()

    expect(receiver.payloads('check_in')).toEqual([])
  })
})

describe('monitors', { timeout: 30_000 }, () => {
  it('are refused with a warning if Sentry would silently drop them', () => {
    const { supervisor, warnings } = supervise()
    const odd = { ...nightly, cron: '*/10 * * * * *' }

    supervisor.register(taskInfo('odd', { schedule: odd }))

    expect(warnings).toEqual([
      "Runwell: Task 'odd' has no Sentry monitor: Sentry accepts crontabs with five fields, but '*/10 * * * * *' has 6.",
    ])
  })

  it('are not created for two tasks with the same slug', () => {
    const { supervisor, warnings } = supervise()

    supervisor.register(taskInfo('mail.send', { schedule: everyMinute }))
    supervisor.register(taskInfo('mail/send', { schedule: everyMinute }))

    expect(warnings).toEqual([
      "Runwell: Task 'mail/send' has no Sentry monitor: task 'mail.send' has the same slug 'mail-send'; " +
        'set a different `slug` for one of them.',
    ])
  })

  it('are not created, with a warning, if the number of replicas is unknown', () => {
    const { supervisor, warnings } = supervise({ replicas: undefined })
    const service = taskInfo('leader', { schedule: everyMinute, scope: 'service' })

    for (const name of ['a', 'b', 'c', 'd', 'e'])
      supervisor.register(taskInfo(name, { schedule: everyMinute }))
    supervisor.register(service)
    supervisor.emit({ type: 'task.started', task: 'a', info: taskInfo('a') })
    supervisor.emit({ type: 'task.started', task: 'b', info: taskInfo('b') })

    expect(warnings).toEqual([
      'Runwell: No Sentry monitor for a, b, c and 2 more: set the `replicas` option of `sentryObserver` ' +
        "(1 for a single process), or `scope: 'service'` on these tasks.",
    ])
  })

  it('all receive the result of five hundred runs that end at once', async () => {
    const { supervisor } = supervise()
    const tasks = Array.from({ length: 500 }, (_, n) => taskInfo(`job-${n}`, { schedule: everyMinute }))
    for (const task of tasks) supervisor.register(task)

    await Promise.all(tasks.map((task) => supervisor.run(task, () => {})))
    await supervisor.flush(20_000)

    expect(lastStates()).toEqual(Object.fromEntries(tasks.map(({ name }) => [name, 'ok'])))
  })

  it('all receive their last state after a rate limit', async () => {
    const { supervisor } = supervise()
    const tasks = ['a', 'b', 'c', 'd'].map((name) => taskInfo(name, { schedule: everyMinute }))
    for (const task of tasks) supervisor.register(task)
    receiver.answer = (items) =>
      items.some(({ type }) => type === 'check_in')
        ? { status: 429, headers: { 'x-sentry-rate-limits': '1:monitor:organization', 'retry-after': '1' } }
        : 'ok'

    for (const task of tasks) await supervisor.run(task, () => {})
    await receiver.until(() => receiver.refused.length > 0)
    for (const task of tasks) await supervisor.run(task, () => fail('now it fails'))
    receiver.answer = () => 'ok'
    await receiver.until(() => receiver.payloads('check_in').length >= 4)

    expect(lastStates()).toEqual({ a: 'error', b: 'error', c: 'error', d: 'error' })
    await supervisor.flush()
    expect(receiver.payloads('event').length).toBeGreaterThan(0)
  })

  it.each(['gone', { status: 503 }] as const)(
    'stop sending before the deadline when Sentry is %j',
    async (answer) => {
      const { supervisor } = supervise()
      const task = taskInfo('unheard', { schedule: everyMinute })
      supervisor.register(task)
      receiver.answer = () => answer

      await supervisor.run(task, () => {})
      const before = performance.now()
      await supervisor.flush(700)

      expect(performance.now() - before).toBeLessThan(1_500)
    },
  )
})
