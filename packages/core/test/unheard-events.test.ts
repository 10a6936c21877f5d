import { describe, expect, it, vi } from 'vitest'
import type { Observer } from '../src/index.ts'
import { manual, Supervisor } from '../src/index.ts'
import { Observers } from '../src/run/observers.ts'
import { VirtualClock } from '../src/testing/index.ts'

/** The types of events that are made for a run, whoever hears them. */
async function madeFor(observers: Observer[]): Promise<string[]> {
  const clock = new VirtualClock()
  const supervisor = new Supervisor({ clock, observers, monitor: '1h' })
  const task = supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
  await supervisor.start()
  await task.trigger()
  await clock.advance(10)
  const tell = vi.spyOn(Observers.prototype, 'tell')
  await task.trigger()
  const made = tell.mock.calls.map(([event]) => event.type)
  tell.mockRestore()
  return made
}

describe('the two events of every run', () => {
  it('are not even made where nobody hears of them: they would cost more than all else that is told', async () => {
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
