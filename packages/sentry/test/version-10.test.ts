import * as Sentry from '@sentry/node-v10'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sentryObserver } from '../src/index.ts'
import { FakeSupervisor, fail, taskInfo } from './fake-supervisor.ts'
import { orderedTransport } from './ordered-transport.ts'
import { Receiver } from './receiver.ts'

let receiver: Receiver

beforeAll(async () => {
  receiver = await Receiver.open()
  Sentry.init({ dsn: receiver.dsn, enableLogs: true, transportOptions: orderedTransport() })
})
afterAll(async () => {
  await Sentry.close(1_000)
  await receiver.close()
})

describe('with Sentry 10', () => {
  it('sends the same events, check-ins, metrics and logs as with Sentry 11', async () => {
    const options = { crons: 'scheduled', replicas: 1, metrics: true, logs: true, report: 'every' } as const
    const supervisor = new FakeSupervisor(sentryObserver(Sentry, options))
    const task = taskInfo('mail', { priority: 'critical' })
    const annotations = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) }
    supervisor.register(task)

    for (let n = 0; n < 3; n++) await supervisor.run(task, () => fail('smtp is down'), { annotations })
    await supervisor.flush()

    const events = receiver.payloads('event')
    expect(events).toHaveLength(3)
    // The SDK prepares each event separately, so events may arrive in another order.
    expect(events.find(({ contexts }) => contexts.runwell.run_id === 'run-1')).toMatchObject({
      level: 'fatal',
      tags: { 'runwell.task': 'mail', 'runwell.outcome': 'failed' },
      contexts: { trace: annotations },
      fingerprint: ['{{ default }}', 'runwell', 'mail'],
      exception: { values: [{ mechanism: { type: 'auto.runwell.task', handled: true } }] },
    })
    const item = receiver.items.find(({ type }) => type === 'event')
    expect(item?.envelope).toMatchObject({ trace: { trace_id: annotations.trace_id } })
    expect(receiver.payloads('check_in')[0]).toMatchObject({
      monitor_slug: 'mail',
      status: 'error',
      contexts: { trace: annotations },
    })
    const [count] = receiver.payloads('trace_metric').flatMap(({ items }) => items)
    expect(count).toMatchObject({ name: 'runwell.task.runs', value: 3 })
    const [log] = receiver.payloads('log').flatMap(({ items }) => items)
    expect(log).toMatchObject({ level: 'error', body: "Task 'mail' failed after 5 ms: Error: smtp is down" })
  })
})
