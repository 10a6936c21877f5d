import { Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { otelObserver } from '../src/index.ts'
import { FakeSupervisor, FakeTask } from './fake-supervisor.ts'
import { MemorySdk, unregisterAll } from './memory-sdk.ts'

let warnings: string[]
const clock = new VirtualClock()

beforeEach(() => {
  warnings = []
  new MemorySdk().register()
})
afterEach(unregisterAll)

async function started(name?: string, meters?: MemorySdk): Promise<Supervisor> {
  const onWarning = (message: string): void => void warnings.push(message)
  const meterProvider = meters?.meters
  const observer = otelObserver({ onWarning, exportAtStart: false, meterProvider })
  const supervisor = new Supervisor({ clock, name, observers: [observer] })
  supervisor.register({ name: 'mail', run: () => {} })
  await supervisor.start()
  return supervisor
}

it('warns about two supervisors with the same name, since their metrics overwrite each other', async () => {
  await started()
  await started()

  expect(warnings).toEqual([
    "Runwell: several supervisors in this process are named 'default', so their metrics overwrite each other. " +
      "Give each a unique name: new Supervisor({ name: 'mails' }).",
  ])
})

it('does not warn about different names, another SDK, or a supervisor that has stopped', async () => {
  const first = await started()
  await started('mails')
  await started(undefined, new MemorySdk())
  await first.stop()
  await started()

  expect(warnings).toEqual([])
})

it('emits the last values of a stopped supervisor until another one with its name starts, and then releases it', async () => {
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

it('warns about one observer for two supervisors', async () => {
  const observer = otelObserver({ onWarning: (message) => void warnings.push(message), exportAtStart: false })
  const first = new Supervisor({ clock, name: 'mails', observers: [] })
  first.observe(observer)()
  first.observe(observer)
  expect(warnings).toEqual([])

  new Supervisor({ clock, name: 'feeds', observers: [observer] })
  expect(warnings).toEqual([
    "Runwell: supervisors 'mails' and 'feeds' share one otelObserver(), so only 'feeds' has metrics now. Create one observer per supervisor.",
  ])
})

it('does not warn without an SDK', async () => {
  unregisterAll()
  await started()
  await started()

  expect(warnings).toEqual([])
})
