import * as Sentry from '@sentry/node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sentryObserver } from '../src/index.ts'
import { inOrder } from './in-order.ts'
import { Receiver } from './receiver.ts'
import { fail, Stage, taskInfo } from './stage.ts'

let receiver: Receiver

beforeAll(async () => {
  receiver = await Receiver.open()
  Sentry.init({ dsn: receiver.dsn, transportOptions: inOrder() })
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
      suspect: suspect === undefined ? undefined : { task: suspect, score: 7, by: 'sync' as const },
      held: [
        { task: 'resize', ms: 1_320.4 },
        { task: 'a', ms: 180 },
      ],
      active: ['a', 'b'],
    }) as const

  it('makes one event, that names who most likely did it', async () => {
    const stage = new Stage(sentryObserver(Sentry))

    stage.tell(blocked(1_500, 'resize'))
    stage.tell(blocked(1_700, 'resize'))
    await stage.flush()

    expect(receiver.payloads('event')).toEqual([
      expect.objectContaining({
        level: 'warning',
        fingerprint: ['runwell', 'loop-blocked', 'resize'],
        tags: expect.objectContaining({ 'runwell.kind': 'loop-blocked', 'runwell.suspect': 'resize' }),
        contexts: expect.objectContaining({
          runwell: expect.objectContaining({ held: ['resize: 1320 ms', 'a: 180 ms'] }),
        }),
        exception: {
          values: [
            expect.objectContaining({
              type: 'EventLoopBlocked',
              value: "The event loop was blocked for 1500 ms by task 'resize', most likely",
              mechanism: expect.objectContaining({ type: 'auto.runwell.task', handled: true }),
            }),
          ],
        },
      }),
    ])
  })

  it('makes none where it was short, and another after an hour without', async () => {
    const stage = new Stage(sentryObserver(Sentry, { loopBlocked: '2s' }))

    stage.tell(blocked(1_999))
    stage.tell(blocked(2_000))
    stage.at += hour + 1
    stage.tell(blocked(2_001))
    await stage.flush()

    expect(receiver.payloads('event')).toHaveLength(2)
  })
})

describe('a dead monitor', () => {
  it('makes one event', async () => {
    const stage = new Stage(sentryObserver(Sentry))

    stage.tell({ type: 'monitor.stalled', overdueMs: 90_000 })
    await stage.flush()

    expect(receiver.payloads('event')).toEqual([
      expect.objectContaining({ level: 'fatal', fingerprint: ['runwell', 'monitor-stalled'] }),
    ])
  })
})

describe('a unit of a loop', () => {
  it('that fails makes an event with its own scope, and one of two of one name with neither', async () => {
    const stage = new Stage(sentryObserver(Sentry))
    const task = taskInfo('queue', {
      schedule: { kind: 'loop', text: 'loop', periodMs: undefined, cron: undefined, timeZone: undefined },
    })
    const unit = (name: string, who: string) => ({
      name,
      work: async () => {
        Sentry.setTag('who', who)
        await new Promise((resolve) => setImmediate(resolve))
        fail(`no ${who}`)
      },
    })

    await stage.units(task, [unit('mail', 'ann')])
    await stage.units(task, [unit('chat', 'bob'), unit('chat', 'eve')])
    await stage.flush()

    const seen = receiver.payloads('event').map((event) => ({
      unit: event.tags['runwell.unit'],
      who: event.tags.who,
      value: event.exception.values[0].value,
    }))
    // The SDK prepares each event by itself (it reads source lines), so a later one may be ready first.
    expect(seen.sort((a, b) => a.value.localeCompare(b.value))).toEqual([
      { unit: 'mail', who: 'ann', value: 'no ann' },
      { unit: 'chat', who: undefined, value: 'no bob' },
    ])
  })
})

describe('a loop', () => {
  it('that had run well for minutes and fails again is news', async () => {
    const stage = new Stage(sentryObserver(Sentry))
    const task = taskInfo('gateway', {
      schedule: { kind: 'loop', text: 'loop', periodMs: undefined, cron: undefined, timeZone: undefined },
    })

    for (const durationMs of [1_000, 1_000, 180_000, 1_000]) {
      stage.at += 5_000
      await stage.run(task, () => fail('disconnected'), { durationMs })
    }
    await stage.flush()

    const reports = receiver.payloads('event').map(({ contexts }) => contexts.runwell.duration_ms)
    expect(reports.sort((a, b) => a - b)).toEqual([1_000, 180_000])
  })
})

describe('metrics and logs', () => {
  it('are sent where they are asked for', async () => {
    const stage = new Stage(sentryObserver(Sentry, { metrics: true, logs: true }))

    for (let n = 0; n < 3; n++) await stage.run(taskInfo('job'), () => {})
    await stage.run(taskInfo('job'), () => fail('no'))
    await stage.flush()

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
