import { expect, it } from 'vitest'
import { logObserver, manual, type Observer, Supervisor, type SupervisorEvent } from '../src/index.ts'
import { recordEvents, VirtualClock } from '../src/testing/index.ts'

const oneTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1)
const numbersOf = (events: readonly SupervisorEvent[]): readonly number[] => events.map(({ seq }) => seq)

it('numbers events from 1, also those that an observer causes while it receives another one', async () => {
  const [first, last] = [recordEvents(), recordEvents()]
  const meddler: Observer = {
    name: 'meddler',
    eventTypes: ['run.started'],
    onEvent: () => void supervisor.task('mail')?.pause('enough'),
  }
  const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [first, meddler, last] })
  supervisor.register({ name: 'mail', schedule: manual(), run: () => {} })
  await supervisor.start()
  await supervisor.task('mail')?.trigger()
  await supervisor.stop()

  expect(first.types()).toContain('task.paused')
  expect(numbersOf(first.events)).toEqual(oneTo(first.events.length))
  expect(last.events).toEqual(first.events)
})

it('gives an event the same number for every observer, whatever types it wants and however others fail', async () => {
  const all = recordEvents()
  const failures = {
    ...recordEvents(),
    name: 'failures',
    eventTypes: ['observer.failed', 'run.ended'],
  } as const
  const broken: Observer = {
    name: 'broken',
    onEvent: ({ type }) => {
      if (type === 'run.started') throw new Error('broken')
    },
  }
  const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [all, broken, failures] })
  supervisor.register({ name: 'mail', schedule: manual(), run: () => {} })
  await supervisor.start()
  await supervisor.task('mail')?.trigger()

  expect(failures.events).toEqual([...all.of('observer.failed'), ...all.of('run.ended')])
  expect(numbersOf(all.events)).toEqual(oneTo(all.events.length))
})

it('does not number events that no observer receives', async () => {
  const events = { ...recordEvents(), eventTypes: ['task.paused'] } as const
  const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [events] })
  const task = supervisor.register({ name: 'mail', schedule: manual(), run: () => {} })
  await supervisor.start()
  await task.trigger()
  task.pause()
  task.resume()
  const { seq: before = 0 } = events.events[0] ?? {}
  for (let runs = 0; runs < 3; runs += 1) await task.trigger()
  task.pause()

  expect(events.events[1]?.seq).toBe(before + 2)
})

it('gives a callback the event that observers have received', async () => {
  const recorder = recordEvents()
  const failed: SupervisorEvent[] = []
  const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [recorder] })
  const task = supervisor.register({
    name: 'mail',
    schedule: manual(),
    on: { failure: (event) => void failed.push(event) },
    run: () => {
      throw new Error('refused')
    },
  })
  await supervisor.start()
  await task.trigger()

  expect(failed).toEqual(recorder.of('run.ended'))
  expect(failed[0]?.seq).toBeGreaterThan(0)
})

it('calls a callback without an observer, too', async () => {
  const failed: SupervisorEvent[] = []
  const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [] })
  const task = supervisor.register({
    name: 'mail',
    schedule: manual(),
    on: { failure: (event) => void failed.push(event) },
    run: () => {
      throw new Error('refused')
    },
  })
  await supervisor.start()
  await task.trigger()
  await task.trigger()

  const [first = 0, second] = numbersOf(failed)
  expect(first).toBeGreaterThan(0)
  expect(second).toBeGreaterThan(first)
})

it('writes the number into log lines', async () => {
  const lines: unknown[] = []
  const write = (_: string, fields: { event: string; seq: number }): void =>
    void lines.push([fields.event, fields.seq])
  const logger = { debug: write, info: write, warn: write, error: write }
  const supervisor = new Supervisor({
    clock: new VirtualClock(),
    observers: [logObserver(logger, { fieldsFirst: false })],
  })
  supervisor.register({ name: 'mail', schedule: manual(), run: () => {} })
  await supervisor.start()

  expect(lines).toEqual([
    ['task.registered', 1],
    ['task.started', 2],
    ['monitor.ticked', 3],
  ])
})
