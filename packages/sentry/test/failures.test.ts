import * as Sentry from '@sentry/node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sentryObserver } from '../src/index.ts'
import { inOrder } from './in-order.ts'
import { Receiver } from './receiver.ts'
import { fail, Stage, taskInfo } from './stage.ts'

let receiver: Receiver

beforeAll(async () => {
  receiver = await Receiver.open()
  Sentry.init({ dsn: receiver.dsn, environment: 'production', transportOptions: inOrder() })
})
beforeEach(() => receiver.clear())
afterAll(async () => {
  await Sentry.close(1_000)
  await receiver.close()
})

describe('a failed run', () => {
  it('arrives with level, tags, context, fingerprint and mechanism', async () => {
    const stage = new Stage(sentryObserver(Sentry))
    const mail = taskInfo('mail.send', { owner: 'mail', category: 'io', priority: 'critical' })

    await stage.run(mail, () => fail('smtp is down'), { durationMs: 12 })
    await stage.flush()

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

  it('is on the trace that its annotations name', async () => {
    const stage = new Stage(sentryObserver(Sentry))
    const annotations = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) }

    await stage.run(taskInfo('traced'), () => fail('traced'), { annotations })
    await stage.flush()

    const item = receiver.items.find(({ type }) => type === 'event')
    expect(item?.payload.contexts.trace).toMatchObject(annotations)
    expect(item?.envelope).toMatchObject({ trace: { trace_id: 'a'.repeat(32) } })
  })

  it('shares its trace with what the run itself captured, and with no other run', async () => {
    const stage = new Stage(sentryObserver(Sentry))

    for (const name of ['one', 'two']) {
      await stage.run(taskInfo(name), () => {
        Sentry.captureException(new Error(`noticed in ${name}`))
        fail(`end of ${name}`)
      })
    }
    await stage.flush()

    const traceOf = (value: string) =>
      receiver.payloads('event').find((event) => event.exception.values.at(-1).value === value).contexts.trace
        .trace_id
    expect(traceOf('noticed in one')).toBe(traceOf('end of one'))
    expect(traceOf('noticed in two')).toBe(traceOf('end of two'))
    expect(traceOf('end of one')).not.toBe(traceOf('end of two'))
  })

  it('bears what its own run put on the scope, and nothing of a run beside it', async () => {
    const stage = new Stage(sentryObserver(Sentry))
    const work = (name: string) => async () => {
      Sentry.setTag('customer', name)
      Sentry.addBreadcrumb({ message: `asked for ${name}` })
      await new Promise((resolve) => setImmediate(resolve))
      fail(`no ${name}`)
    }

    await Promise.all(['ann', 'bob'].map((name) => stage.run(taskInfo(`get.${name}`), work(name))))
    await stage.flush()

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

  it('is one event though the same error is captured by the run too', async () => {
    const stage = new Stage(sentryObserver(Sentry))
    const error = new Error('seen twice')

    await stage.run(taskInfo('twice'), () => {
      throw error
    })
    Sentry.captureException(error, { mechanism: { type: 'onunhandledrejection', handled: false } })
    await stage.flush()

    expect(receiver.payloads('event')).toHaveLength(1)
  })

  it('is no event when it was cancelled', async () => {
    const stage = new Stage(sentryObserver(Sentry))

    await stage.run(taskInfo('cut'), () => fail('aborted'), { outcome: 'cancelled', abortedFor: 'shutdown' })
    await stage.flush()

    expect(receiver.payloads('event')).toEqual([])
  })
})

describe('report: every', () => {
  it('makes an event of each of five equal failures', async () => {
    const stage = new Stage(sentryObserver(Sentry, { report: 'every' }))
    const same = () => fail('equal')

    for (let n = 0; n < 5; n++) await stage.run(taskInfo('equal'), same)
    await stage.flush()

    expect(receiver.payloads('event')).toHaveLength(5)
  })

  it('makes an event each time that one error object is thrown', async () => {
    const stage = new Stage(sentryObserver(Sentry, { report: 'every' }))
    const constant = new Error('constant')

    for (let n = 0; n < 3; n++) {
      await stage.run(taskInfo('constant'), () => {
        throw constant
      })
    }
    await stage.flush()

    const events = receiver.payloads('event')
    expect(events).toHaveLength(3)
    for (const event of events) expect(event.exception.values[0].stacktrace.frames.length).toBeGreaterThan(0)
  })
})
