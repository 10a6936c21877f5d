import { describe, expect, it } from 'vitest'
import type { Schedule, TaskOptions } from '../src/index.ts'
import { cron, every, schedules } from '../src/index.ts'
import { setUp } from './supervised.ts'

const minute = 60_000
const hour = 60 * minute
const utc = { timeZone: 'UTC' }

async function started(schedule: Schedule, options: Partial<TaskOptions> = {}) {
  const scene = setUp({ startAt: '2026-01-01T09:00:00Z', monitor: '1d', settle: 'microtasks' })
  const task = scene.supervisor.register({ name: 'a', schedule, run: () => {}, ...options })
  await scene.supervisor.start()
  await scene.clock.advance(6 * minute) // now it is 9:06
  return { ...scene, task }
}

const iso = (wall: number | undefined): string | undefined =>
  wall === undefined ? undefined : new Date(wall).toISOString().slice(11, 23)

describe('the time of the next run is right when it is read, before it was noticed that the clock was set', () => {
  it.each<[string, Schedule, number, string]>([
    ['a cron, forward', cron('*/10 * * * *', utc), 5 * hour, '14:10:00.000'],
    ['a cron, forward by less', cron('*/10 * * * *', utc), 3 * minute, '09:10:00.000'],
    ['a cron, back', cron('*/10 * * * *', utc), -2 * hour, '07:10:00.000'],
    ['fixed times, back', cron('0,10 9 * * *', utc), -2 * hour, '09:10:00.000'],
    ['an interval from the epoch, back', every('10m', { anchor: 'epoch' }), -2 * hour, '07:10:00.000'],
    ['an interval from the start, forward', every('10m', { immediate: true }), 5 * hour, '14:10:00.000'],
    ['an instant, forward', schedules.once({ at: '2026-01-01T09:30:00Z' }), 4 * minute, '09:30:00.000'],
    ['a cron, moved by less than a jump', cron('*/10 * * * *', utc), 400, '09:10:00.000'],
    ['a cron, moved back by less than a jump', cron('*/10 * * * *', utc), -400, '09:10:00.000'],
  ])('%s', async (_which, schedule, byMs, due) => {
    for (const read of ['handle', 'report', 'explain'] as const) {
      const { clock, supervisor, task } = await started(schedule)
      clock.jump(byMs)
      const times = {
        handle: () => iso(task.nextRunAt),
        report: () => iso(supervisor.report().tasks[0]?.nextRunAt),
        explain: () => supervisor.explain('a').nextRunAt?.slice(11, 23),
      }

      expect(times[read](), read).toBe(due)
    }
  })

  it('a slot that a run must wait for has no time', async () => {
    const { clock, task } = await started(schedules.once({ at: '2026-01-01T09:08:00Z' }))
    task.pause()
    await clock.advance(5 * minute)
    clock.jump(hour)

    expect(task.nextRunAt).toBeUndefined()
  })

  it('is unknown to an observer of clock.jumped, since the slots follow the jump', async () => {
    const { clock, supervisor, task } = await started(cron('*/10 * * * *', utc))
    const seen: (string | undefined)[] = []
    supervisor.observe({
      name: 'reader',
      eventTypes: ['clock.jumped'],
      onEvent: () => void seen.push(iso(task.nextRunAt)),
    })
    clock.jump(-123 * minute)
    await clock.advance(minute)
    clock.jump(5 * hour)
    await clock.advance(minute)

    expect(seen).toEqual([undefined, undefined])
    expect(iso(task.nextRunAt)).toBe('12:10:00.000')
  })
})

it('explain() leaves out fixed times that do not come again after the clock was set back', async () => {
  const { clock, supervisor } = await started(cron('0 7,9,10 * * *', utc))
  await clock.advance(hour)
  clock.jump(-4 * hour)

  expect(supervisor.explain('a').nextSlots.slice(0, 2)).toEqual([
    '2026-01-01T07:00:00.000Z',
    '2026-01-02T07:00:00.000Z',
  ])
})

it('the time until which a run must have succeeded is right as well', async () => {
  const { clock, task } = await started(every('10m', { anchor: 'epoch' }))
  clock.jump(-2 * hour) // now it is 7:06

  expect(iso(task.successDueAt())).toBe('07:00:00.000')
})
