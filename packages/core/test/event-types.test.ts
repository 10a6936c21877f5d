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
  async function heardBy(...predicateSaid: (Observer['eventTypes'] | undefined)[]) {
    const heard: string[][] = predicateSaid.map(() => [])
    const observers = predicateSaid.map((eventTypes, index): Observer => {
      const onEvent: Observer['onEvent'] = ({ type }) => void heard[index]?.push(type)
      return eventTypes === undefined ? { name: 'any', onEvent } : { name: 'some', eventTypes, onEvent }
    })
    const clock = new VirtualClock()
    const supervisor = new Supervisor({ clock, observers, monitor: '1h' })
    const task = supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
    await supervisor.start()
    await clock.advance(10)
    for (const all of heard) all.length = 0
    await task.trigger()
    return { heard, metrics: task.metrics() }
  }

  it('wants of these alone, and what nobody wants of is counted all the same', async () => {
    expect((await heardBy(['run.ended', 'task.parked'])).heard).toEqual([['run.ended']])
    const { heard, metrics } = await heardBy(['task.stopped'])

    expect(heard).toEqual([[]])
    expect(metrics).toMatchObject({ started: 1, outcomes: { succeeded: 1 } })
  })

  it('takes nothing from one that wants of all', async () => {
    const { heard } = await heardBy(['run.started'], undefined, [])

    expect(heard).toEqual([['run.started'], ['run.started', 'run.ended', 'health.changed'], []])
  })

  it('is not who is told of a fault, unless it wants of faults: then the console is', async () => {
    const lines = consoleLines()
    const deaf: Observer = { name: 'deaf', eventTypes: ['run.ended'], onEvent() {} }
    const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [bad, deaf] })
    supervisor.register({ name: 'a', schedule: manual(), run: () => {} })

    await supervisor.start()

    expect(lines).toEqual(["[runwell] Observer 'bad' failed in onEvent(): TypeError: no"])
  })
})

/** The types of events that are made for a run, whoever wants them. */
async function madeFor(observers: Observer[]): Promise<string[]> {
  const clock = new VirtualClock()
  const supervisor = new Supervisor({ clock, observers, monitor: '1h' })
  const task = supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
  await supervisor.start()
  await task.trigger()
  await clock.advance(10)
  const tell = vi.spyOn(Observers.prototype, 'emit')
  await task.trigger()
  const made = tell.mock.calls.map(([event]) => event.type)
  tell.mockRestore()
  return made
}

describe('the two events of every run', () => {
  it('are not even made where nobody wants of them: they would cost more than all else that is told', async () => {
    const around: Observer = { name: 'around', aroundRun: (_scope, next) => next() }
    const others: Observer = { name: 'others', eventTypes: ['task.parked', 'run.missed'], onEvent() {} }

    expect(await madeFor([around, others])).toEqual([])
  })

  it('are made each by itself', async () => {
    const ends: Observer = { name: 'ends', eventTypes: ['run.ended'], onEvent() {} }
    const starts: Observer = { name: 'starts', eventTypes: ['run.started'], onEvent() {} }

    expect(await madeFor([ends])).toEqual(['run.ended'])
    expect(await madeFor([starts])).toEqual(['run.started'])
  })
})
