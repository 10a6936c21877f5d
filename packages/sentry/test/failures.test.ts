import * as Sentry from '@sentry/node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sentryObserver } from '../src/index.ts'
import { FakeSupervisor, fail, taskInfo } from './fake-supervisor.ts'
import { orderedTransport } from './ordered-transport.ts'
import { Receiver } from './receiver.ts'

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

describe('a failed run', () => {
  it('is sent with level, tags, context, fingerprint and mechanism', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry))
    const mail = taskInfo('mail.send', { owner: 'mail', category: 'io', priority: 'critical' })

    await supervisor.run(mail, () => fail('smtp is down'), { durationMs: 12 })
    await supervisor.flush()

    const [event] = receiver.payloads('event')
    expect(event.level).toBe('fatal')
    expect(event.tags).toEqual({
      'runwell.kind': 'failure',
      'runwell.task': 'mail.send',
      'runwell.owner': 'mail',
      'runwell.category': 'io',
      'runwell.priority': 'critical',
      'runwell.trigger': 'schedule',
      'runwell.outcome': 'failed',
      'runwell.report': 'first',
    })
    expect(event.contexts.runwell).toMatchObject({
      run_id: 'run-1',
      attempt: 1,
      duration_ms: 12,
      lag_ms: 0,
      schedule: 'every 10s',
    })
    expect(event.fingerprint).toEqual(['{{ default }}', 'runwell', 'mail.send'])
    expect(event.exception.values[0]).toMatchObject({ type: 'Error', value: 'smtp is down' })
    expect(event.exception.values[0].mechanism).toMatchObject({ type: 'auto.runwell.task', handled: true })
  })

  it('has the trace of its annotations', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry))
    const annotations = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) }

    await supervisor.run(taskInfo('traced'), () => fail('traced'), { annotations })
    await supervisor.flush()

    const item = receiver.items.find(({ type }) => type === 'event')
    expect(item?.payload.contexts.trace).toMatchObject(annotations)
    expect(item?.envelope).toMatchObject({ trace: { trace_id: 'a'.repeat(32) } })
  })

  it('shares its trace with events that the run captured, but not with other runs', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry))

    for (const name of ['one', 'two']) {
      await supervisor.run(taskInfo(name), () => {
        Sentry.captureException(new Error(`noticed in ${name}`))
        fail(`end of ${name}`)
      })
    }
    await supervisor.flush()

    const traceOf = (value: string) =>
      receiver.payloads('event').find((event) => event.exception.values.at(-1).value === value).contexts.trace
        .trace_id
    expect(traceOf('noticed in one')).toBe(traceOf('end of one'))
    expect(traceOf('noticed in two')).toBe(traceOf('end of two'))
    expect(traceOf('end of one')).not.toBe(traceOf('end of two'))
  })

  it('includes the scope data of its own run, but none of a concurrent run', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry))
    const work = (name: string) => async () => {
      Sentry.setTag('customer', name)
      Sentry.addBreadcrumb({ message: `asked for ${name}` })
      await new Promise((resolve) => setImmediate(resolve))
      fail(`no ${name}`)
    }

    await Promise.all(['ann', 'bob'].map((name) => supervisor.run(taskInfo(`get.${name}`), work(name))))
    await supervisor.flush()

    const events = receiver.payloads('event')
    expect(events).toHaveLength(2)
    for (const event of events) {
      const name = event.tags['runwell.task'].slice(4)
      expect(event.tags.customer).toBe(name)
      expect(event.exception.values[0].value).toBe(`no ${name}`)
      expect(event.breadcrumbs.map((crumb: { message: string }) => crumb.message)).toEqual([
        `asked for ${name}`,
      ])
    }
  })

  it('shows the controls of its task, and the address of the page that explains the task', async () => {
    const supervisor = new FakeSupervisor(
      sentryObserver(Sentry, { consoleUrl: 'https://shop.example.com/ops' }),
    )
    const info = taskInfo('get.eve')
    const other = taskInfo('get.bob')
    const control = { type: 'control.performed', control: 'pause', runId: undefined } as const
    supervisor.emit({ ...control, task: 'get.eve', info, by: 'ada', reason: 'migration', result: 'done' })
    supervisor.emit({
      ...control,
      task: 'get.bob',
      info: other,
      by: 'bob',
      reason: undefined,
      result: 'done',
    })

    await supervisor.run(info, () => fail('no eve'))
    await supervisor.flush()

    const [event] = receiver.payloads('event')
    const crumbs = event.breadcrumbs.filter(
      ({ category }: { category: string }) => category === 'runwell.control',
    )
    expect(crumbs).toMatchObject([
      {
        message: "Task 'get.eve': ada paused it (migration)",
        data: { control: 'pause', by: 'ada', reason: 'migration', result: 'done' },
      },
    ])
    expect(event.contexts.runwell.console).toBe('https://shop.example.com/ops/#/task/get.eve')
  })

  it('is one event even if the run captures the same error itself', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry))
    const error = new Error('seen twice')

    await supervisor.run(taskInfo('twice'), () => {
      throw error
    })
    Sentry.captureException(error, { mechanism: { type: 'onunhandledrejection', handled: false } })
    await supervisor.flush()

    expect(receiver.payloads('event')).toHaveLength(1)
  })

  it('is not reported if it was cancelled', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry))

    await supervisor.run(taskInfo('cut'), () => fail('aborted'), {
      outcome: 'cancelled',
      abortedFor: 'shutdown',
    })
    await supervisor.flush()

    expect(receiver.payloads('event')).toEqual([])
  })
})

describe('report: every', () => {
  it('creates an event for each of five equal failures', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry, { report: 'every' }))
    const same = () => fail('equal')

    for (let n = 0; n < 5; n++) await supervisor.run(taskInfo('equal'), same)
    await supervisor.flush()

    expect(receiver.payloads('event')).toHaveLength(5)
  })

  it('creates an event each time the same error object is thrown', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry, { report: 'every' }))
    const constant = new Error('constant')

    for (let n = 0; n < 3; n++) {
      await supervisor.run(taskInfo('constant'), () => {
        throw constant
      })
    }
    await supervisor.flush()

    const events = receiver.payloads('event')
    expect(events).toHaveLength(3)
    for (const event of events) expect(event.exception.values[0].stacktrace.frames.length).toBeGreaterThan(0)
  })
})

describe('report: transitions', () => {
  it('says how long a short streak has lasted', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry, { report: 'transitions' }))

    for (let n = 0; n < 5; n++) {
      await supervisor.run(taskInfo('poll'), () => fail('no'), { durationMs: 0 })
      supervisor.at += 3_000
    }
    await supervisor.run(taskInfo('poll'), () => {}, { durationMs: 0 })
    await supervisor.flush()

    const [recovery] = receiver.payloads('event').filter(({ level }) => level === 'info')
    expect(recovery.message).toBe("Task 'poll' has recovered after 5 failures in 15 s")
  })
})
