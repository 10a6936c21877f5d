import { expect, it } from 'vitest'
import type { FleetHost, FleetOffer, FleetRecord, FleetRun } from '../../src/adapter/index.ts'
import { every, type Schedule, Supervisor } from '../../src/index.ts'
import { recordEvents, VirtualClock } from '../../src/testing/index.ts'

const start = 1_700_000_000_000

const setUp = async (schedule: Schedule, offersAfterMs: unknown, enabled = () => true) => {
  const clock = new VirtualClock({ startAt: start + 1 })
  const recorder = recordEvents()
  const offers: { slot: number; at: number }[] = []
  let host: FleetHost | undefined
  const fleet = {
    name: 'a test',
    join: (joined: FleetHost) => {
      host = joined
      return {
        define: () => know({}),
        withdraw: () => {},
        offer: async ({ slot }: FleetOffer) => {
          offers.push({ slot: slot - start, at: clock.now() - start })
          return { verdict: 'accepted' } as const
        },
        account: async () => [],
        request: async () => ({ started: false, reason: 'host' }) as const,
        control: async () => {},
        close: async () => {},
      }
    },
  }
  const know = (record: FleetRecord): void =>
    host?.know(new Map([['a', { offersAfterMs: offersAfterMs as number, ...record }]]))
  const supervisor = new Supervisor({ clock, fleet, observers: [recorder], env: {} })
  const task = supervisor.register({
    name: 'a',
    scope: 'service',
    schedule,
    enabled,
    run: () => {},
  })
  await supervisor.start()
  const decide = (slot: number, more: FleetRecord = {}): void => know({ lastSlot: start + slot, ...more })
  const runOf = (slot: number): FleetRun => {
    const slotAt = start + slot
    const texts = { carrier: undefined, requestedBy: 'x', input: undefined }
    return { task: 'a', slot: slotAt, attempt: 1, token: 1, ...texts }
  }
  const run = (slot: number) => host?.run(runOf(slot)).result
  const until = (ms: number) => clock.advance(start + ms - clock.now())
  return { until, recorder, offers, task, know, decide, run }
}

it('does not offer a slot that another process has decided in time', async () => {
  const { until, offers, decide, task } = await setUp(every('10s'), 1_000)
  await until(10_500)
  decide(10_000)
  expect(task.nextRunAt).toBe(start + 20_000)
  await until(20_900)

  expect(offers).toEqual([])
})

it('calls enabled() for each slot, and not for each message of the fleet', async () => {
  let calls = 0
  const enabled = (): boolean => {
    calls += 1
    return true
  }
  const { until, decide, know } = await setUp(every('10s'), 1_000, enabled)
  await until(10_500)
  const before = calls
  decide(10_000)
  for (let message = 0; message < 5; message += 1) know({ lastSlot: start + 10_000 })
  expect(calls - before).toBe(1)
})

it('offers a slot that the other process has not decided in time', async () => {
  const { until, offers } = await setUp(every('10s'), 1_000)
  await until(10_999)
  expect(offers).toEqual([])
  await until(11_000)
  expect(offers).toEqual([{ slot: 10_000, at: 11_000 }])
  await until(21_000)
  expect(offers.slice(1)).toEqual([{ slot: 20_000, at: 21_000 }])
})

it('offers each slot in its turn if the slots come faster than it may wait', async () => {
  const { until, offers, recorder } = await setUp(every('400ms'), 1_000)
  await until(2_300)

  expect(offers).toEqual([
    { slot: 400, at: 1_400 },
    { slot: 800, at: 1_800 },
    { slot: 1_200, at: 2_200 },
  ])
  expect(recorder.of('run.missed')).toEqual([])
})

it('waits no longer once it is the first to offer', async () => {
  const { until, offers, know } = await setUp(every('10s'), 1_000)
  await until(10_300)
  know({ offersAfterMs: 0 })
  await until(10_301)
  expect(offers).toEqual([{ slot: 10_000, at: 10_300 }])
  await until(20_000)
  expect(offers.slice(1)).toEqual([{ slot: 20_000, at: 20_000 }])
})

it('offers a slot before its schedule is replaced', async () => {
  const { until, offers, task, recorder } = await setUp(every('10s'), 1_000)
  await until(10_300)
  task.reschedule(every('1h'))
  await until(11_300)

  expect(offers).toEqual([{ slot: 10_000, at: 10_300 }])
  expect(recorder.of('run.skipped')).toEqual([])
})

it('reports how late a run starts, without leaving out the time that it may wait', async () => {
  const { until, run, recorder } = await setUp(every('10s'), 1_000)
  await until(10_700)
  await run(10_000)
  expect(recorder.of('run.started')).toEqual([expect.objectContaining({ latenessMs: 700 })])
})

it.each([Number.NaN, -5, 'soon', null, undefined, {}])('waits 0 ms if an engine says %s', async (wait) => {
  const { until, offers } = await setUp(every('10s'), wait)
  await until(10_000)
  expect(offers).toEqual([{ slot: 10_000, at: 10_000 }])
})

it('waits a minute at most', async () => {
  const { until, offers } = await setUp(every('1h'), Number.POSITIVE_INFINITY)
  await until(7_200_000)
  expect(offers[0]).toEqual({ slot: 2_800_000, at: 2_860_000 })
})

it('counts slots that other processes have decided and that had no success', async () => {
  const statuses = async (offersAfterMs: number): Promise<unknown> => {
    const { until, decide, recorder } = await setUp(every('10s'), offersAfterMs)
    const success = { lastSuccessAt: start + 10_100 }
    for (let slot = 10_000; slot <= 300_000; slot += 10_000) {
      await until(slot + 500)
      decide(slot, success)
    }
    return recorder
      .of('health.changed')
      .map(({ from, to, at }) => ({ from, to, at: Math.round((at - start) / 10_000) }))
  }
  const expected = await statuses(0)
  expect(expected).not.toEqual([])
  expect(await statuses(1_000)).toEqual(expected)
})
