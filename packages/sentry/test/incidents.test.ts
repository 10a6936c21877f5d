import { loop } from '@runwell/core'
import * as Sentry from '@sentry/node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sentryObserver } from '../src/index.ts'
import { FakeSupervisor, fail, taskInfo } from './fake-supervisor.ts'
import { orderedTransport } from './ordered-transport.ts'
import { Receiver } from './receiver.ts'

let receiver: Receiver

beforeAll(async () => {
  receiver = await Receiver.open()
  Sentry.init({ dsn: receiver.dsn, transportOptions: orderedTransport() })
})
beforeEach(() => receiver.clear())
afterAll(async () => {
  await Sentry.close(1_000)
  await receiver.close()
})

const hour = 3_600_000

describe('a blocked event loop', () => {
  const blocked = (ms: number, suspect?: string) =>
    ({
      type: 'loop.blocked',
      ms,
      suspect: suspect === undefined ? undefined : { task: suspect, score: 7, by: 'measured' as const },
      measured: [
        { task: 'resize', ms: 1_320.4 },
        { task: 'a', ms: 180 },
      ],
      active: ['a', 'b'],
    }) as const

  it('creates one event with the most likely culprit', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry))

    supervisor.emit(blocked(1_500, 'resize'))
    supervisor.emit(blocked(1_700, 'resize'))
    await supervisor.flush()

    expect(receiver.payloads('event')).toEqual([
      expect.objectContaining({
        level: 'warning',
        fingerprint: ['runwell', 'loop-blocked', 'resize'],
        tags: expect.objectContaining({ 'runwell.kind': 'loop-blocked', 'runwell.suspect': 'resize' }),
        contexts: expect.objectContaining({
          runwell: expect.objectContaining({ measured: ['resize: 1320 ms', 'a: 180 ms'] }),
        }),
        exception: {
          values: [
            expect.objectContaining({
              type: 'EventLoopBlocked',
              value: "The event loop was blocked for 1500 ms by task 'resize' (most likely)",
              mechanism: expect.objectContaining({ type: 'auto.runwell.task', handled: true }),
            }),
          ],
        },
      }),
    ])
  })

  it('creates none while the service starts, unless a task is the cause', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry, { loopBlocked: '2s' }))

    supervisor.emit({ ...blocked(3_000), atStartup: true })
    supervisor.emit({ ...blocked(3_000, 'resize'), atStartup: true })
    await supervisor.flush()

    expect(receiver.payloads('event')).toMatchObject([{ tags: { 'runwell.suspect': 'resize' } }])
  })

  it('creates none for a short block, and another one after an hour without blocks', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry, { loopBlocked: '2s' }))

    supervisor.emit(blocked(1_999))
    supervisor.emit(blocked(2_000))
    supervisor.at += hour + 1
    supervisor.emit(blocked(2_001))
    await supervisor.flush()

    expect(receiver.payloads('event')).toHaveLength(2)
  })
})

describe('a stalled monitor', () => {
  it('creates one event', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry))

    supervisor.emit({ type: 'monitor.stalled', overdueMs: 90_000 })
    await supervisor.flush()

    expect(receiver.payloads('event')).toEqual([
      expect.objectContaining({ level: 'fatal', fingerprint: ['runwell', 'monitor-stalled'] }),
    ])
  })
})

describe('problems that are equal in every detail', () => {
  it('each create an event in one issue, although the SDK drops an event that equals the one before', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry))

    for (let times = 0; times < 3; times += 1) {
      supervisor.emit({ type: 'monitor.stalled', overdueMs: 75_000 })
      supervisor.at += 6 * hour
    }
    await supervisor.flush()

    expect(receiver.payloads('event').map(({ fingerprint }) => fingerprint)).toEqual(
      Array.from({ length: 3 }, () => ['runwell', 'monitor-stalled']),
    )
  })

  it('each create an event also if their errors have a cause', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry))
    const info = taskInfo('gateway', { schedule: loop().info })
    const error = new Error('connect ECONNREFUSED 10.0.0.7:443')

    for (let times = 0; times < 3; times += 1) {
      const parked = { cause: 'threw', parks: 1, trialAt: 0, error: new Error(error.message) } as const
      supervisor.emit({ type: 'task.parked', task: 'gateway', info, ...parked })
      supervisor.at += 6 * hour
    }
    await supervisor.flush()

    expect(receiver.payloads('event').map(({ fingerprint }) => fingerprint)).toEqual(
      Array.from({ length: 3 }, () => ['runwell', 'parked', 'gateway']),
    )
  })
})

describe('a unit of a loop', () => {
  it('creates an event with its own scope on failure, unless its name is ambiguous', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry))
    const task = taskInfo('queue', {
      schedule: loop().info,
    })
    const unit = (name: string, who: string) => ({
      name,
      work: async () => {
        Sentry.setTag('who', who)
        await new Promise((resolve) => setImmediate(resolve))
        fail(`no ${who}`)
      },
    })

    await supervisor.units(task, [unit('mail', 'ann')])
    await supervisor.units(task, [unit('chat', 'bob'), unit('chat', 'eve')])
    await supervisor.flush()

    const seen = receiver.payloads('event').map((event) => ({
      unit: event.tags['runwell.unit'],
      who: event.tags.who,
      value: event.exception.values[0].value,
    }))
    // The SDK prepares each event separately, so a later event may arrive first.
    expect(seen.sort((a, b) => a.value.localeCompare(b.value))).toEqual([
      { unit: 'mail', who: 'ann', value: 'no ann' },
      { unit: 'chat', who: undefined, value: 'no bob' },
    ])
  })
})

describe('metrics and logs', () => {
  it('are sent if they are enabled', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry, { metrics: true, logs: true }))

    for (let n = 0; n < 3; n++) await supervisor.run(taskInfo('job'), () => {})
    await supervisor.run(taskInfo('job'), () => fail('no'))
    await supervisor.flush()

    const metrics = receiver.payloads('trace_metric').flatMap(({ items }) => items)
    const counts = metrics.map(({ name, value, attributes }) => [
      name,
      attributes['runwell.task.run.result'].value,
      value,
    ])
    expect(counts).toEqual([
      ['runwell.task.runs', 'success', 3],
      ['runwell.task.runs', 'failure', 1],
    ])
    const [log] = receiver.payloads('log').flatMap(({ items }) => items)
    expect(log).toMatchObject({
      level: 'error',
      body: expect.stringMatching(/^Task 'job' failed after .+: Error: no$/),
      attributes: { 'runwell.task.name': { value: 'job' }, 'error.type': { value: 'Error' } },
    })
  })
})
