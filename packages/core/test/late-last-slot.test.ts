import { describe, expect, it } from 'vitest'
import type { Schedule, Task, TaskOptions } from '../src/index.ts'
import { cron, every, schedules } from '../src/index.ts'
import { consoleLines, deferred, setUp } from './supervised.ts'

const minute = 60_000
const hour = 60 * minute
const utc = { timeZone: 'UTC' }
const hourly = cron('0 * * * *', utc)
const each30 = cron('*/30 * * * *', utc)

const at = (time: string): Date => new Date(`2026-01-01T${time}:00Z`)

async function started(options: Partial<TaskOptions> = {}) {
  const scene = setUp({ startAt: '2026-01-01T12:10:00Z', monitor: '1d', settle: 'microtasks' })
  const { promise, resolve, reject } = deferred()
  let date: Date
  const lastSlot = () => promise.then(() => date)
  const task: Task = scene.supervisor.register({
    name: 'a',
    schedule: hourly,
    lastSlot,
    run: () => {},
    ...options,
  })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  const answer = async (given: Date | Error): Promise<void> => {
    if (given instanceof Error) reject(given)
    else {
      date = given
      resolve()
    }
    await scene.clock.advance(0)
  }
  const slots = () => scene.recorder.of('run.started').map(({ scheduledAt }) => timeOf(scheduledAt))
  const missed = () =>
    scene.recorder.of('run.missed').map(({ count, from, to }) => [count, timeOf(from), timeOf(to)])
  const skipped = () => scene.recorder.of('run.skipped').map(({ reason, count }) => [reason, count])
  return { ...scene, task, answer, slots, missed, skipped }
}

function timeOf(wall: number | undefined): string {
  return new Date(wall ?? Number.NaN).toISOString().slice(11, 16)
}

describe('lastSlot() that answers after a reschedule', () => {
  it('lets the new schedule catch up', async () => {
    const { clock, task, answer, slots, missed } = await started()
    task.reschedule(each30)
    await answer(at('10:30'))
    await clock.advance(20 * minute)

    expect(missed()).toEqual([[2, '11:00', '11:30']])
    expect(slots()).toEqual(['12:00', '12:30'])
  })

  it('lets the newest of several schedules catch up', async () => {
    const { clock, task, answer, slots, missed } = await started()
    task.reschedule(each30)
    task.reschedule(schedules.delay('45m'))
    task.reschedule(every('15m', { anchor: 'epoch', catchUp: '20m' }))
    await answer(at('11:30'))
    await clock.advance(5 * minute)

    expect(missed()).toEqual([[1, '11:45', '11:45']])
    expect(slots()).toEqual(['12:00', '12:15'])
  })

  it('does not repeat a slot that an earlier process decided', async () => {
    const { clock, task, answer, slots } = await started()
    task.reschedule(each30)
    await answer(at('12:30'))
    await clock.advance(50 * minute)

    expect(slots()).toEqual(['13:00'])
  })

  it.each<[string, Schedule]>([
    ['a fixed delay', schedules.delay('45m')],
    ['an interval from the start', every('45m')],
  ])('holds for a later schedule, too, if the task has %s just then', async (_which, between) => {
    const { clock, task, answer, slots } = await started()
    task.reschedule(between)
    await answer(at('12:30'))
    task.reschedule(each30)
    await clock.advance(50 * minute)

    expect(slots()).toEqual(['13:00'])
  })

  it('changes nothing if a slot was decided meanwhile', async () => {
    const { clock, task, answer, slots, missed } = await started()
    task.reschedule(each30)
    await clock.advance(25 * minute)
    await answer(at('10:30'))
    await clock.advance(25 * minute)

    expect(slots()).toEqual(['12:30', '13:00'])
    expect(missed()).toEqual([])
  })

  it('reports the slots of a paused task as skipped', async () => {
    const { clock, task, answer, slots, skipped } = await started()
    task.pause()
    task.reschedule(each30)
    await answer(at('10:30'))
    task.resume()
    await clock.advance(20 * minute)

    expect(skipped()).toEqual([['paused', 3]])
    expect(slots()).toEqual(['12:30'])
  })

  it('reports the slots of a task on standby as skipped', async () => {
    const { clock, task, answer, slots, skipped } = await started({ enabled: () => false })
    task.reschedule(each30)
    await answer(at('10:30'))
    await clock.advance(minute)

    expect(skipped()).toEqual([['standby', 3]])
    expect(slots()).toEqual([])
  })

  it.each([
    ['10:10 again', -2 * hour, each30, ['10:30', '11:00']],
    ['an earlier time, at which fixed times do not come again', -2 * hour, cron('0,30 9-12 * * *', utc), []],
  ])(
    'holds on the new time line if the clock is set back meanwhile: %s',
    async (_, byMs, schedule, expected) => {
      const { clock, task, answer, slots } = await started({ schedule })
      clock.jump(byMs)
      await answer(at('12:00'))
      task.reschedule(schedule)
      await clock.advance(55 * minute)

      expect(slots()).toEqual(expected)
    },
  )

  it.each<[string, Date | Error, string]>([
    ['rejects', new Error('no database'), 'failed: Error: no database'],
    ['gives an invalid date', new Date(Number.NaN), 'gave no valid date'],
    ['gives a date in the future', new Date('2026-01-01T15:11:00Z'), 'gave a date in the future'],
  ])('and %s is reported and changes nothing', async (_how, given, text) => {
    const lines = consoleLines()
    const { clock, task, answer, slots } = await started()
    task.reschedule(each30)
    await answer(given)
    await clock.advance(25 * minute)

    expect(lines).toEqual([expect.stringContaining(`Task 'a': lastSlot() ${text}`)])
    expect(slots()).toEqual(['12:30'])
  })
})

describe('lastSlot() that answers too late', () => {
  const leave: readonly (readonly [
    string,
    (scene: Awaited<ReturnType<typeof started>>) => Promise<unknown>,
  ])[] = [
    ['the stop', ({ supervisor }) => supervisor.stop()],
    ['the task was unregistered', ({ task }) => task.unregister()],
  ]

  it.each(
    leave.flatMap(([when, by]) =>
      [at('10:30'), new Date(Number.NaN), new Error('closed')].map((given) => [when, given, by] as const),
    ),
  )('after %s changes and reports nothing: %s', async (_when, given, by) => {
    const lines = consoleLines()
    const scene = await started()
    const left = by(scene)
    await scene.clock.advance(minute)
    await left
    const before = scene.recorder.events.length
    await scene.answer(given)
    await scene.clock.advance(hour)

    expect(scene.recorder.events.length).toBe(before)
    expect(scene.slots()).toEqual([])
    expect(lines).toEqual([])
  })

  it('does not reach another task of the name', async () => {
    const { clock, supervisor, task, answer, slots } = await started()
    await task.unregister()
    supervisor.register({ name: 'a', schedule: each30, run: () => {} })
    await answer(at('03:00'))
    await clock.advance(25 * minute)

    expect(slots()).toEqual(['12:30'])
  })
})
