import { describe, expect, it, vi } from 'vitest'
import type { Observer } from '../src/index.ts'
import { manual, Supervisor } from '../src/index.ts'
import { Observers } from '../src/observe/observers.ts'
import { VirtualClock } from '../src/testing/index.ts'
import { consoleLines } from './supervised.ts'

const bad: Observer = {
  name: 'bad',
  onEvent: () => {
    throw new TypeError('no')
  },
}

describe('an observer with `eventTypes`', () => {
  async function receivedBy(...subscriptions: (Observer['eventTypes'] | undefined)[]) {
    const received: string[][] = subscriptions.map(() => [])
    const observers = subscriptions.map((eventTypes, index): Observer => {
      const onEvent: Observer['onEvent'] = ({ type }) => void received[index]?.push(type)
      return eventTypes === undefined ? { name: 'any', onEvent } : { name: 'some', eventTypes, onEvent }
    })
    const clock = new VirtualClock()
    const supervisor = new Supervisor({ clock, observers, monitor: '1h' })
    const task = supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
    await supervisor.start()
    await clock.advance(10)
    for (const all of received) all.length = 0
    await task.trigger()
    return { received, metrics: task.metrics() }
  }

  it('receives only these, and all other events are still counted', async () => {
    expect((await receivedBy(['run.ended', 'task.parked'])).received).toEqual([['run.ended']])
    const { received, metrics } = await receivedBy(['task.stopped'])

    expect(received).toEqual([[]])
    expect(metrics).toMatchObject({ started: 1, outcomes: { succeeded: 1 } })
  })

  it('does not affect an observer of all events', async () => {
    const { received } = await receivedBy(['run.started'], undefined, [])

    expect(received).toEqual([['run.started'], ['run.started', 'run.ended', 'health.changed'], []])
  })

  it('does not receive the failure of another observer unless it asks for failures: the console reports it', async () => {
    const lines = consoleLines()
    const unrelated: Observer = { name: 'unrelated', eventTypes: ['run.ended'], onEvent() {} }
    const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [bad, unrelated] })
    supervisor.register({ name: 'a', schedule: manual(), run: () => {} })

    await supervisor.start()

    expect(lines).toEqual(["[runwell] Observer 'bad' failed in onEvent(): TypeError: no"])
  })
})

async function createdFor(observers: Observer[]): Promise<string[]> {
  const clock = new VirtualClock()
  const supervisor = new Supervisor({ clock, observers, monitor: '1h' })
  const task = supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
  await supervisor.start()
  await task.trigger()
  await clock.advance(10)
  const emit = vi.spyOn(Observers.prototype, 'emit')
  await task.trigger()
  const created = emit.mock.calls.map(([event]) => event.type)
  emit.mockRestore()
  return created
}

describe('the start and end events of a run', () => {
  it('are not created if no observer receives them, because they are the most frequent ones', async () => {
    const around: Observer = { name: 'around', aroundRun: (_scope, next) => next() }
    const others: Observer = { name: 'others', eventTypes: ['task.parked', 'run.missed'], onEvent() {} }

    expect(await createdFor([around, others])).toEqual([])
  })

  it('are created independently of each other', async () => {
    const ends: Observer = { name: 'ends', eventTypes: ['run.ended'], onEvent() {} }
    const starts: Observer = { name: 'starts', eventTypes: ['run.started'], onEvent() {} }

    expect(await createdFor([ends])).toEqual(['run.ended'])
    expect(await createdFor([starts])).toEqual(['run.started'])
  })
})
