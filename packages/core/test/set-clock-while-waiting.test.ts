import { describe, expect, it } from 'vitest'
import type { Schedule, TaskOptions } from '../src/index.ts'
import { cron, every, schedules } from '../src/index.ts'
import { deferred, setUp } from './supervised.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const utc = { timeZone: 'UTC' }

async function started(schedule: Schedule, options: Partial<TaskOptions> = {}) {
  const scene = setUp({ startAt: '2026-01-01T08:55:00Z', monitor: '1d', settle: 'microtasks' })
  const task = scene.supervisor.register({ name: 'a', schedule, run: () => {}, ...options })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  const runs = () =>
    scene.recorder.of('run.started').map(({ scheduledAt, latenessMs }) => [timeOf(scheduledAt), latenessMs])
  const missed = () =>
    scene.recorder.of('run.missed').map(({ count, from, to }) => [count, timeOf(from), timeOf(to)])
  return { ...scene, task, runs, missed }
}

function firstWaitsFor(end: Promise<void>): TaskOptions['run'] {
  let calls = 0
  return () => {
    calls += 1
    return calls === 1 ? end : undefined
  }
}

function timeOf(wall: number | undefined): string {
  return new Date(wall ?? Number.NaN).toISOString().slice(11, 16)
}

const moves = [
  ['set forward by ten hours', 10 * hour],
  ['set forward by 40 minutes', 40 * minute],
  ['set back by ten hours', -10 * hour],
  ['set back by 2 s', -2 * second],
] as const

describe('a run that waits while the clock is', () => {
  it.each(moves)('%s, in a queue, is as late as it has waited', async (_, byMs) => {
    const first = deferred()
    const { clock, runs } = await started(cron('0,1 9 * * *', utc), {
      overlap: 'queue',
      run: firstWaitsFor(first.promise),
    })
    await clock.advance(6 * minute + 10 * second) // now it is 9:01:10
    clock.jump(byMs)
    await clock.advance(20 * second)
    first.resolve()
    await clock.advance(0)

    expect(runs().slice(0, 2)).toEqual([
      ['09:00', 0],
      ['09:01', 30 * second],
    ])
  })

  it('set twice, in a backlog, is as late as it has waited', async () => {
    const first = deferred()
    const { clock, runs } = await started(cron('0-3 9 * * *', { ...utc, misfire: { all: 3 } }), {
      overlap: 'queue',
      run: firstWaitsFor(first.promise),
    })
    await clock.advance(5 * minute + 30 * second)
    clock.block('3m') // now it is 9:03:30
    await clock.advance(0)
    clock.jump(5 * hour)
    await clock.advance(minute)
    clock.jump(-2 * hour)
    await clock.advance(minute)
    first.resolve()
    await clock.advance(minute)

    expect(runs()).toEqual([
      ['09:00', 0],
      ['09:01', 4.5 * minute],
      ['09:02', 3.5 * minute],
      ['09:03', 2.5 * minute],
    ])
  })

  it('set forward, after a sleep, is late by the sleep as well', async () => {
    const first = deferred()
    const { clock, runs } = await started(cron('0,1 9 * * *', utc), {
      overlap: 'queue',
      run: firstWaitsFor(first.promise),
    })
    await clock.advance(6 * minute)
    clock.suspend('1h')
    clock.jump(5 * hour)
    await clock.advance(30 * second)
    first.resolve()
    await clock.advance(0)

    expect(runs()[1]).toEqual(['09:01', hour + 30 * second])
  })

  it('set forward, as the slot of a task that runs once, is as late as it has waited', async () => {
    const { clock, task, runs } = await started(schedules.once({ at: '2026-01-01T09:00:00Z' }))
    task.pause()
    await clock.advance(6 * minute) // now it is 9:01
    clock.jump(10 * hour)
    await clock.advance(minute)
    task.resume()
    await clock.advance(0)

    expect(runs()).toEqual([['09:00', 2 * minute]])
  })

  it.each([...moves, ['set forward by a second', second], ['set back by 40 minutes', -40 * minute]] as const)(
    '%s, for its jitter, runs once, and is not late',
    async (_, byMs) => {
      for (const schedule of [
        cron('0 9 * * *', { ...utc, jitter: '50m' }),
        cron('0 * * * *', { ...utc, jitter: '50m' }),
      ]) {
        const { clock, runs, missed } = await started(schedule)
        await clock.advance(6 * minute) // now it is 9:01
        expect(runs()).toEqual([])
        clock.jump(byMs)
        await clock.advance(byMs === second ? 50 * minute : minute)

        expect(runs()).toEqual([['09:00', 0]])
        expect(missed().flat()).not.toContain('09:00')
        await clock.advance(11 * hour)
        expect(runs().filter(([, late]) => late !== 0)).toEqual([])
        expect(missed().flat()).not.toContain('09:00')
      }
    },
  )

  it('set forward, for its jitter, does not hide what the correction jumped over', async () => {
    const { clock, runs, missed } = await started(every('1h', { jitter: '20m' }))
    await clock.advance(6 * minute) // now it is 9:01
    clock.jump(5 * hour) // now it is 14:01
    await clock.advance(30 * second)

    expect(runs()).toEqual([['09:00', 0]])
    expect(missed()).toEqual([[5, '10:00', '14:00']])
  })
})

it('a run that was due in a blocked event loop is late by the block, though the clock was set forward then', async () => {
  const { clock, runs } = await started(cron('0 9 * * *', { ...utc, catchUp: '1m' }))
  await clock.advance(5 * minute - 10 * second)
  clock.block('20s')
  clock.jump(2 * hour)
  clock.block('10s')
  await clock.advance(0)

  expect(runs()).toEqual([['09:00', 20 * second]])
})
