import { cron, every } from '@runwell/core'
import * as Sentry from '@sentry/node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type SentryObserverOptions, sentryObserver } from '../src/index.ts'
import { Receiver } from './receiver.ts'
import { fail, Stage, taskInfo } from './stage.ts'

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

function stageWith(options: SentryObserverOptions = {}) {
  const warnings: string[] = []
  const observer = sentryObserver(Sentry, {
    crons: 'scheduled',
    replicas: 1,
    onWarning: (message) => warnings.push(message),
    ...options,
  })
  return { stage: new Stage(observer), warnings }
}

/** What each monitor heard last. */
function lastStates(): Record<string, string> {
  const checkIns = receiver.payloads('check_in')
  return Object.fromEntries(checkIns.map(({ monitor_slug, status }) => [monitor_slug, status]))
}

describe('a check-in', () => {
  it('tells the end of a run, with all that the monitor is to be', async () => {
    const { stage } = stageWith()
    const task = taskInfo('billing.close', { schedule: nightly, timeoutMs: 20 * minute })
    stage.register(task)

    await stage.run(task, () => {}, { durationMs: 2_500 })
    await stage.flush()

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

  it('is on the trace of its run', async () => {
    const { stage } = stageWith()
    const task = taskInfo('traced', { schedule: everyMinute })
    stage.register(task)
    const annotations = { trace_id: 'c'.repeat(32), span_id: 'd'.repeat(16) }

    await stage.run(task, () => {}, { annotations })
    await stage.flush()

    expect(receiver.payloads('check_in')[0].contexts.trace).toMatchObject(annotations)
  })

  it('opens and closes a run where a longest runtime is wanted', async () => {
    const { stage } = stageWith({ crons: () => ({ maxRuntime: '5m' }) })
    const task = taskInfo('long', { schedule: everyMinute })
    stage.register(task)

    await stage.run(task, () => receiver.until(() => receiver.payloads('check_in').length === 1))
    await stage.flush()

    const [opening, closing] = receiver.payloads('check_in')
    expect(opening).toMatchObject({ status: 'in_progress', monitor_config: { max_runtime: 5 } })
    expect(closing).toMatchObject({ status: 'ok', check_in_id: opening.check_in_id })
    expect(closing.contexts.trace.trace_id).toBe(opening.contexts.trace.trace_id)
  })

  it.each([
    ['daily', nightly, ['error']],
    ['each minute', everyMinute, []],
  ] as const)('of a run that a deploy has cut, %s: %j', async (_, schedule, expected) => {
    const { stage } = stageWith()
    const task = taskInfo('cut', { schedule })
    stage.register(task)

    await stage.run(task, () => {}, { outcome: 'cancelled', abortedFor: 'shutdown' })
    await stage.flush()

    expect(receiver.payloads('check_in').map(({ status }) => status)).toEqual(expected)
  })

  it('closes what is open at shutdown', async () => {
    const { stage } = stageWith({ crons: () => ({ maxRuntime: '5m' }) })
    const task = taskInfo('hangs', { schedule: everyMinute })
    stage.register(task)

    void stage.run(task, () => new Promise(() => {}))
    await receiver.until(() => receiver.payloads('check_in').length === 1)
    await stage.flush()

    const [opening, closing] = receiver.payloads('check_in')
    expect(closing).toMatchObject({ status: 'error', check_in_id: opening.check_in_id })
  })

  it('is not sent from an environment that is not named', async () => {
    const { stage } = stageWith({ environments: ['staging'] })
    const task = taskInfo('elsewhere', { schedule: everyMinute })
    stage.register(task)

    await stage.run(task, () => {})
    await stage.flush()

    expect(receiver.payloads('check_in')).toEqual([])
  })
})

describe('monitors', { timeout: 30_000 }, () => {
  it('are refused in one sentence where Sentry would drop them without a word', () => {
    const { stage, warnings } = stageWith()
    const odd = { ...nightly, cron: '*/10 * * * * *' }

    stage.register(taskInfo('odd', { schedule: odd }))

    expect(warnings).toEqual([
      "[runwell/sentry] Task 'odd' has no Sentry monitor: Sentry takes crontabs of five fields, and '*/10 * * * * *' has 6.",
    ])
  })

  it('are not made for two tasks whose names give one slug', () => {
    const { stage, warnings } = stageWith()

    stage.register(taskInfo('mail.send', { schedule: everyMinute }))
    stage.register(taskInfo('mail/send', { schedule: everyMinute }))

    expect(warnings).toEqual([
      "[runwell/sentry] Task 'mail/send' has no Sentry monitor: its slug 'mail-send' is that of task 'mail.send'; " +
        'give one of them a `slug` of its own.',
    ])
  })

  it('are not made, and that is told, where nobody said how many processes there are', () => {
    const { stage, warnings } = stageWith({ replicas: undefined })
    const service = taskInfo('leader', { schedule: everyMinute, scope: 'service' })

    for (const name of ['a', 'b', 'c', 'd', 'e']) stage.register(taskInfo(name, { schedule: everyMinute }))
    stage.register(service)
    stage.tell({ type: 'task.started', task: 'a', info: taskInfo('a') })
    stage.tell({ type: 'task.started', task: 'b', info: taskInfo('b') })

    expect(warnings).toEqual([
      '[runwell/sentry] No Sentry monitor for a, b, c and 2 more: give `sentryObserver` the number of `replicas` ' +
        "(1 for a single process), or the tasks `scope: 'service'`.",
    ])
  })

  it('all hear of five hundred runs that end at once', async () => {
    const { stage } = stageWith()
    const tasks = Array.from({ length: 500 }, (_, n) => taskInfo(`job-${n}`, { schedule: everyMinute }))
    for (const task of tasks) stage.register(task)

    await Promise.all(tasks.map((task) => stage.run(task, () => {})))
    await stage.flush(20_000)

    expect(lastStates()).toEqual(Object.fromEntries(tasks.map(({ name }) => [name, 'ok'])))
  })

  it('all hear their last state after Sentry wanted none for a while', async () => {
    const { stage } = stageWith()
    const tasks = ['a', 'b', 'c', 'd'].map((name) => taskInfo(name, { schedule: everyMinute }))
    for (const task of tasks) stage.register(task)
    receiver.answer = (items) =>
      items.some(({ type }) => type === 'check_in')
        ? { status: 429, headers: { 'x-sentry-rate-limits': '1:monitor:organization', 'retry-after': '1' } }
        : 'ok'

    for (const task of tasks) await stage.run(task, () => {})
    await receiver.until(() => receiver.refused.length > 0)
    for (const task of tasks) await stage.run(task, () => fail('now it fails'))
    receiver.answer = () => 'ok'
    await receiver.until(() => receiver.payloads('check_in').length >= 4)

    expect(lastStates()).toEqual({ a: 'error', b: 'error', c: 'error', d: 'error' })
    await stage.flush()
    expect(receiver.payloads('event').length).toBeGreaterThan(0)
  })

  it.each(['gone', { status: 503 }] as const)('give up in time when Sentry is %j', async (answer) => {
    const { stage } = stageWith()
    const task = taskInfo('unheard', { schedule: everyMinute })
    stage.register(task)
    receiver.answer = () => answer

    await stage.run(task, () => {})
    const before = performance.now()
    await stage.flush(700)

    expect(performance.now() - before).toBeLessThan(1_500)
  })
})
