import { describe, expect, it } from 'vitest'
import type { Schedule, TaskOptions } from '../src/index.ts'
import { cron, every, schedules } from '../src/index.ts'
import { setUp } from './supervised.ts'

const minute = 60_000
const hour = 60 * minute
const utc = { timeZone: 'UTC' }
const each10 = cron('*/10 * * * *', utc)
/** Its `catchUp` differs from `each10`, because a reschedule to an equal schedule changes nothing. */
const alsoEach10 = cron('*/10 * * * *', { ...utc, catchUp: '9m' })

async function started(
  schedule: Schedule,
  options: Partial<TaskOptions> = {},
  startAt = '2026-01-01T09:00:00Z',
) {
  const scene = setUp({ startAt, monitor: '1d', settle: 'microtasks' })
  const task = scene.supervisor.register({ name: 'a', schedule, run: () => {}, ...options })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  const slots = () => scene.recorder.of('run.started').map(({ scheduledAt }) => timeOf(scheduledAt))
  const skipped = () =>
    scene.recorder.of('run.skipped').map(({ reason, count, atLeast }) => [reason, count, atLeast])
  const missed = () => scene.recorder.of('run.missed').map(({ count }) => count)
  return { ...scene, task, slots, skipped, missed }
}

function timeOf(wall: number | undefined): string {
  return new Date(wall ?? Number.NaN).toISOString().slice(11, 16)
}

describe('a clock that was set back, which has not been noticed yet', () => {
  it.each([
    ['a cron', each10, alsoEach10],
    [
      'an interval from the epoch',
      every('10m', { anchor: 'epoch' }),
      every('10m', { anchor: 'epoch', catchUp: '9m' }),
    ],
  ])('does not hold back %s that is rescheduled before', async (_, schedule, other) => {
    const { clock, task, slots } = await started(schedule)
    await clock.advance(12 * minute)
    clock.jump(-2 * hour) // now it is 07:12
    task.reschedule(other)
    await clock.advance(20 * minute)

    expect(slots()).toEqual(['09:00', '09:10', '07:20', '07:30'])
  })

  it('does not hold back a task that is unregistered and registered again', async () => {
    const { clock, supervisor, task, slots } = await started(each10)
    await clock.advance(12 * minute)
    clock.jump(-2 * hour)
    await task.unregister()
    supervisor.register({ name: 'a', schedule: each10, run: () => {} })
    await clock.advance(10 * minute)

    expect(slots().at(-1)).toBe('07:20')
  })

  it('is in its new place for an observer that reschedules on clock.jumped', async () => {
    const { clock, supervisor, task, slots } = await started(each10)
    supervisor.observe({
      name: 'reload',
      eventTypes: ['clock.jumped'],
      onEvent: () => task.reschedule(alsoEach10),
    })
    await clock.advance(12 * minute)
    clock.jump(-35 * minute) // now it is 08:37
    await clock.advance(10 * minute)

    expect(slots()).toEqual(['09:00', '09:10', '08:40'])
  })

  it('lets a paused task go on with the new time after it is resumed', async () => {
    const { clock, task, slots } = await started(each10)
    await clock.advance(12 * minute)
    task.pause()
    clock.jump(-2 * hour)
    task.reschedule(alsoEach10)
    task.resume()
    await clock.advance(10 * minute)

    expect(slots().at(-1)).toBe('07:20')
  })
})

describe('a fixed time that was decided', () => {
  it('by an earlier process, as lastSlot() says, does not come again when the clock is set back', async () => {
    const lastSlot = () => new Date('2026-01-01T10:00:00Z')
    const { clock, slots } = await started(cron('0 10 * * *', utc), { lastSlot }, '2026-01-01T10:00:05Z')
    clock.jump(-10_000)
    await clock.advance(2 * minute)

    expect(slots()).toEqual([])
  })

  it('in a correction that was caught up does not come again when the correction is undone', async () => {
    const both = cron('0 10,11 * * *', { ...utc, misfire: { all: 2 } })
    const { clock, slots } = await started(both, {}, '2026-01-01T09:01:00Z')
    clock.jump(4 * hour)
    await clock.advance(minute)
    clock.jump(-4 * hour)
    await clock.advance(3 * hour)

    expect(slots()).toEqual(['10:00', '11:00'])
  })

  it('does not come again however often the clock is set back', async () => {
    const { clock, slots } = await started(cron('0 10,11,12,13,14,15,16 * * *', utc))
    for (let at = 10; at < 16; at += 1) {
      await clock.advance(Date.UTC(2026, 0, 1, at, 5) - clock.now())
      clock.jump(-10 * minute)
      await clock.advance(minute)
    }
    clock.jump(-5 * hour - 15 * minute)
    await clock.advance(7 * hour)

    expect(slots()).toEqual([...new Set(slots())])
    expect(slots()).toHaveLength(7)
  })
})

describe('a task that is unregistered at the instant of its slot', () => {
  it('and registered again later misses no slot of the time between', async () => {
    const { clock, supervisor, task, slots, missed } = await started(each10)
    await clock.advance(10 * minute)
    await task.unregister()
    await clock.advance(35 * minute)
    supervisor.register({ name: 'a', schedule: each10, run: () => {} })
    await clock.advance(10 * minute)

    expect(slots()).toEqual(['09:00', '09:10', '09:50'])
    expect(missed()).toEqual([])
  })
})

describe('a reschedule', () => {
  it.each([
    ['a fixed delay', schedules.delay('5m')],
    ['an interval from the start', every('5m')],
  ])('to %s and back does not repeat the slot', async (_, other) => {
    const { clock, task, slots } = await started(each10, {
      run: () => {
        task.reschedule(other)
        task.reschedule(each10)
      },
    })
    await clock.advance(30 * minute)

    expect(slots()).toEqual(['09:00', '09:10', '09:20', '09:30'])
  })

  it('right after a correction reports what that jumped over as missed', async () => {
    const { clock, task, slots, missed } = await started(each10)
    await clock.advance(2 * minute)
    clock.jump(5 * hour) // now it is 14:02
    task.reschedule(cron('*/15 * * * *', utc))
    await clock.advance(minute)

    expect(slots()).toEqual(['09:00'])
    expect(missed()).toEqual([30])
  })

  it('to a single run in the past runs it, whatever was decided before', async () => {
    const { clock, task, slots } = await started(each10)
    await clock.advance(12 * minute)
    task.reschedule(schedules.once({ at: '2026-01-01T09:05:00Z', keep: true }))
    await clock.advance(minute)

    expect(slots()).toEqual(['09:00', '09:10', '09:05'])
  })
})

describe('explain()', () => {
  it.each([
    ['back by two hours', -2 * hour, '2026-01-01T07:10:00.000Z'],
    ['forward by five hours', 5 * hour, '2026-01-01T14:10:00.000Z'],
  ])(
    'says when the next run is due, although nobody has noticed yet that the clock was set %s',
    async (_, byMs, due) => {
      const { clock, supervisor } = await started(each10)
      await clock.advance(6 * minute) // now it is 09:06
      clock.jump(byMs)

      const { nextRunAt, nextSlots } = supervisor.explain('a')
      expect([nextRunAt, nextSlots[0]]).toEqual([due, due])
    },
  )
})

describe('a task that is taken away', () => {
  type Scene = Awaited<ReturnType<typeof started>>
  const ways: readonly (readonly [string, (scene: Scene) => Promise<unknown>])[] = [
    ['stop', ({ supervisor }) => supervisor.stop()],
    ['unregister', ({ task }) => task.unregister()],
  ]

  it.each(ways)('by %s after a sleep reports each slot as skipped', async (_, take) => {
    const scene = await started(each10)
    await scene.clock.advance(150_000)
    scene.clock.suspend('2h')
    void take(scene)
    await scene.clock.advance(minute)

    expect(scene.skipped()).toEqual([['stopping', 12, false]])
  })

  it.each(ways)('by %s after a block reports each slot as skipped', async (_, take) => {
    const scene = await started(every('1m', { immediate: true }))
    await scene.clock.advance(150_000)
    scene.clock.block('5m')
    void take(scene)
    await scene.clock.advance(minute)

    expect(scene.skipped()).toEqual([['stopping', 5, false]])
  })

  it.each(ways)('by %s while jitter delays a run reports its slot as skipped', async (_, take) => {
    const scene = await started(cron('0 * * * *', { ...utc, jitter: '20m' }), {}, '2026-01-01T09:30:00Z')
    await scene.clock.advance(30 * minute + 1_000)
    void take(scene)
    await scene.clock.advance(minute)

    expect(scene.skipped()).toEqual([['stopping', 1, false]])
  })
})
