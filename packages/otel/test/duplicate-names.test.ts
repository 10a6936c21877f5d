import { Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { otelObserver } from '../src/index.ts'
import { FakeSupervisor, FakeTask } from './fake-supervisor.ts'
import { MemorySdk, unregisterAll } from './memory-sdk.ts'

let told: string[]
const clock = new VirtualClock()

beforeEach(() => {
  told = []
  new MemorySdk().register()
})
afterEach(unregisterAll)

/** A supervisor with one task, started. */
async function started(name?: string, meters?: MemorySdk): Promise<Supervisor> {
  const warn = (sentence: string): void => void told.push(sentence)
  const meterProvider = meters?.meters
  const observer = otelObserver({ warn, exportAtStart: false, meterProvider })
  const supervisor = new Supervisor({ clock, name, observers: [observer] })
  supervisor.register({ name: 'mail', run: () => {} })
  await supervisor.start()
  return supervisor
}

it('tells of two supervisors of one name, since one would overwrite the metrics of the other', async () => {
  await started()
  await started()

  expect(told).toEqual([
    "Runwell: several supervisors of this process are called 'default', so the metrics of one overwrite those of another: " +
      "give each a name, as in new Supervisor({ name: 'mails' }).",
  ])
})

it('finds no fault with other names, another SDK, or one that was stopped before', async () => {
  const first = await started()
  await started('mails')
  await started(undefined, new MemorySdk())
  await first.stop()
  await started()

  expect(told).toEqual([])
})

it('tells the last values of one that has stopped, until another of its name has started: then nothing holds it', async () => {
  const sdk = new MemorySdk()
  const observed = { exportAtStart: false, meterProvider: sdk.meters }
  const first = new FakeSupervisor(otelObserver(observed))
  first.register(new FakeTask('mail'))
  first.emit({ type: 'shutdown.ended', report: { tookMs: 1, abandoned: [] } })
  const reads = vi.spyOn(first.tasks, 'values')

  await sdk.collect()
  expect(reads).toHaveBeenCalled()
  reads.mockClear()

  const second = new FakeSupervisor(otelObserver(observed))
  second.register(new FakeTask('mail'))
  await sdk.collect()

  expect(reads).not.toHaveBeenCalled()
  expect(await sdk.points('runwell.supervisor.up')).toEqual({ '': 1 })
})

it('tells of one observer for two supervisors, since it serves one', async () => {
  const observer = otelObserver({ warn: (sentence) => void told.push(sentence), exportAtStart: false })
  const first = new Supervisor({ clock, name: 'mails', observers: [] })
  first.observe(observer)()
  first.observe(observer)
  expect(told).toEqual([])

  new Supervisor({ clock, name: 'feeds', observers: [observer] })
  expect(told).toEqual([
    "Runwell: one otelObserver() was given to two supervisors, 'mails' and 'feeds', and only the latter has metrics now: make one for each.",
  ])
})

it('finds no fault where there is no SDK', async () => {
  unregisterAll()
  await started()
  await started()

  expect(told).toEqual([])
})
