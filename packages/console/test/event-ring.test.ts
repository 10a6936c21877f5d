import { manual, Supervisor, type SupervisorEvent } from '@runwell/core'
import { recordEvents, VirtualClock } from '@runwell/core/testing'
import { expect, it } from 'vitest'
import { EventRing } from '../src/feed/event-ring.ts'

async function eventsOf(from: number, to: number): Promise<readonly SupervisorEvent[]> {
  const recorder = recordEvents()
  const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [recorder] })
  const task = supervisor.register({ name: 'mail', schedule: manual(), run: () => {} })
  await supervisor.start()
  while (recorder.events.length < to) task[task.paused ? 'resume' : 'pause']()
  return recorder.events.filter(({ seq }) => seq >= from && seq <= to)
}

async function ringWith(from: number, to: number, size = 100): Promise<EventRing> {
  const ring = new EventRing(size, 'host-1', (text) => text)
  for (const event of await eventsOf(from, to)) ring.add(event)
  return ring
}

const idsOf = (ring: EventRing, cursor: string): readonly string[] =>
  ring.after(cursor).events.map(({ id }) => id)

it('gives events ids of their instance and their number', async () => {
  const ring = await ringWith(1, 4)

  expect(ring.cursor).toBe('host-1.4')
  expect(idsOf(ring, 'host-1.2')).toEqual(['host-1.3', 'host-1.4'])
  expect(ring.after('host-1.2').lost).toBe(0)
})

it('knows the ids of another console of the process that was there earlier', async () => {
  const late = await ringWith(5, 8)

  expect(idsOf(late, 'host-1.6')).toEqual(['host-1.7', 'host-1.8'])
  expect(late.after('host-1.4')).toMatchObject({ lost: 0 })
  expect(late.after('host-1.2')).toMatchObject({ lost: 2 })
})

it('has lost nothing for a viewer who came before the first event', async () => {
  const ring = new EventRing(100, 'host-1', (text) => text)
  const { cursor } = ring
  for (const event of await eventsOf(5, 6)) ring.add(event)

  expect(ring.after(cursor)).toMatchObject({ lost: 0 })
  expect(idsOf(ring, cursor)).toEqual(['host-1.5', 'host-1.6'])
})

it('says how many events it no longer has', async () => {
  const ring = await ringWith(1, 10, 4)

  expect(ring.after('host-1.6')).toMatchObject({ lost: 0 })
  expect(ring.after('host-1.3')).toMatchObject({ lost: 3 })
})

it('continues after an event that it did not receive', async () => {
  const ring = new EventRing(100, 'host-1', (text) => text)
  for (const event of await eventsOf(1, 6)) if (event.seq !== 4) ring.add(event)

  expect(idsOf(ring, 'host-1.3')).toEqual(['host-1.5', 'host-1.6'])
  expect(idsOf(ring, 'host-1.4')).toEqual(['host-1.5', 'host-1.6'])
  expect(ring.after('host-1.4')).toMatchObject({ lost: 0 })
})

it.each(['host-1.7', 'host-2.1', 'host-1', 'host-1.x', ''])('does not know the cursor %j', async (cursor) => {
  const ring = await ringWith(1, 6)

  expect(ring.after(cursor)).toEqual({ events: [], lost: undefined })
})

it.each(['fleet.down', 'fleet.up', 'health.flapping', 'task.unregistered', 'shutdown.ended'] as const)(
  'keeps %s although frequent events fill the ring',
  (type) => {
    const ring = new EventRing(10, 'host-1', (text) => text)
    const event = {
      type,
      seq: 1,
      at: 0,
      fleet: 'the store',
      task: 'mail',
      report: { abandoned: [], classes: [], escalated: [] },
    }
    ring.add(event as unknown as SupervisorEvent)
    const tick = { type: 'monitor.ticked', at: 0, tasks: 1, health: 'healthy' }
    for (let seq = 2; seq < 100; seq += 1) ring.add({ ...tick, seq } as unknown as SupervisorEvent)

    expect(ring.newestOf((found) => found.type === type, 1)).toMatchObject([{ id: 'host-1.1' }])
    expect(ring.newestOf((found) => found.type === 'monitor.ticked', 100)).toHaveLength(10)
  },
)
