import { describe, expect, it } from 'vitest'
import type { Schedule, TaskOptions } from '../src/index.ts'
import { cron, every, Supervisor, schedules } from '../src/index.ts'
import { recordEvents, VirtualClock } from '../src/testing/index.ts'
import { setUp } from './supervised.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const utc = { timeZone: 'UTC' }

async function started(schedule: Schedule, startAt: string, options: Partial<TaskOptions> = {}) {
  const scene = setUp({ startAt, monitor: '1d', settle: 'microtasks' })
  const task = scene.supervisor.register({ name: 'a', schedule, run: () => {}, ...options })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  const slots = () => scene.recorder.of('run.started').map(({ scheduledAt }) => timeOf(scheduledAt))
  const missed = () => scene.recorder.of('run.missed').map(({ from, to }) => [timeOf(from), timeOf(to)])
  return { ...scene, task, slots, missed }
}

function timeOf(wall: number | undefined): string {
  return new Date(wall ?? Number.NaN).toISOString().slice(5, 19)
}

describe('a machine that sleeps from 23:00 to 07:00', () => {
  const sleepAtNight = async (schedule: Schedule) => {
    const scene = await started(schedule, '2026-03-02T12:00:00Z')
    for (let night = 0; night < 21; night += 1) {
      await scene.clock.advance(11 * hour)
      scene.clock.suspend(8 * hour)
      await scene.clock.advance(5 * hour)
    }
    return scene
  }

  it.each([
    ['a cron at night', cron('0 3 * * *', { ...utc, catchUp: '1d' }), 'T03:00:00'],
    ['a daily interval', every('1d', { catchUp: '1d' }), 'T00:00:00'],
  ])('runs %s after each wake-up if catchUp reaches that far', async (_, schedule, time) => {
    const { slots, missed, recorder, task } = await sleepAtNight(schedule)

    const days = Array.from({ length: 21 }, (_, day) =>
      new Date(Date.UTC(2026, 2, 3 + day)).toISOString().slice(5, 10),
    )
    expect(slots()).toEqual(days.map((day) => day + time))
    expect(missed()).toEqual([])
    expect(recorder.of('clock.jumped').map(({ treatedAs }) => treatedAs)).toEqual(Array(21).fill('gap'))
    expect(task.health().status).toBe('healthy')
  })

  it('reports each night as missed without catchUp, and the task becomes unhealthy', async () => {
    const { slots, missed, task } = await sleepAtNight(cron('0 3 * * *', utc))

    expect(slots()).toEqual([])
    expect(missed()).toHaveLength(21)
    expect(missed()[0]).toEqual(['03-03T03:00:00', '03-03T03:00:00'])
    expect(task.health().status).toBe('unhealthy')
    expect(task.health().reasons).toMatchObject([{ rule: 'stale' }])
  })

  it('runs an hourly task once when it wakes', async () => {
    const { clock, slots, missed } = await started(cron('0 * * * *', utc), '2026-03-02T22:30:00Z')
    await clock.advance(30 * minute)
    clock.suspend('3d')
    await clock.advance('1m')

    expect(slots()).toEqual(['03-02T23:00:00', '03-05T23:00:00'])
    expect(missed()).toEqual([['03-03T00:00:00', '03-05T22:00:00']])
  })

  it('runs all slots of the last days if asked to', async () => {
    const daily = cron('0 3 * * *', { ...utc, misfire: { all: 5 }, catchUp: '10d' })
    const { clock, slots, missed } = await started(daily, '2026-03-02T12:00:00Z')
    clock.suspend('7d')
    await clock.advance('1m')

    expect(slots()).toEqual(['05', '06', '07', '08', '09'].map((day) => `03-${day}T03:00:00`))
    expect(missed()).toEqual([['03-03T03:00:00', '03-04T03:00:00']])
  })
})

describe('a clock that is set back', () => {
  const endless = [
    ['a cron of each 10 s', cron('*/10 * * * * *', utc), 10 * second],
    ['a cron of each minute', cron('* * * * *', utc), minute],
    ['an hourly cron', cron('0 * * * *', utc), hour],
    ['every 10 min from the epoch', every('10m', { anchor: 'epoch' }), 10 * minute],
  ] as const

  for (const backMs of [2 * hour, 2 * minute, 26 * hour, 90 * second]) {
    it.each(endless)(`by ${backMs / minute} min does not hold back %s`, async (_, schedule, periodMs) => {
      const { clock, recorder, task } = await started(schedule, '2026-03-02T08:00:00Z')
      await clock.advance(3 * periodMs + periodMs / 2)
      clock.jump(-backMs)
      const monoOfRuns: number[] = []
      const before = recorder.of('run.started').length
      for (let step = 0; step < 80; step += 1) {
        const { length } = recorder.of('run.started')
        await clock.advance(periodMs / 10)
        for (let run = length; run < recorder.of('run.started').length; run += 1)
          monoOfRuns.push(clock.monotonic())
      }

      expect(recorder.of('run.started').length - before).toBeGreaterThanOrEqual(7)
      const distances = monoOfRuns.slice(1).map((mono, index) => mono - (monoOfRuns[index] ?? 0))
      for (const distance of distances) expect(distance).toBeGreaterThanOrEqual(periodMs / 2)
      for (const distance of distances) expect(distance).toBeLessThanOrEqual(1.5 * periodMs + 30 * second)
      expect(recorder.of('run.missed')).toEqual([])
      expect(task.health().status).toBe('healthy')
    })
  }

  it('runs no fixed time twice, but those that it has not had', async () => {
    const fixed = cron('0,30 8-12 * * *', utc)
    const { clock, slots } = await started(fixed, '2026-03-02T09:15:00Z')
    await clock.advance(65 * minute) // now it is 10:20
    clock.jump(-2 * hour) // now it is 08:20
    await clock.advance(3 * hour)

    expect(slots().map((slot) => slot.slice(6))).toEqual([
      '09:30:00',
      '10:00:00',
      '08:30:00',
      '09:00:00',
      '10:30:00',
      '11:00:00',
    ])
  })

  it('after it was set forward by years by mistake does not silence a daily job', async () => {
    const { clock, slots } = await started(cron('30 8 * * *', utc), '2026-03-02T07:00:00Z')
    await clock.advance(2 * hour)
    clock.jump('1000d')
    await clock.advance(24 * hour)
    clock.jump(-1_000 * 24 * hour)
    await clock.advance(48 * hour)

    expect(slots()).toEqual(['03-02T08:30:00', '11-27T08:30:00', '03-04T08:30:00', '03-05T08:30:00'])
  })

  it('lets stale count the runs that the clock holds back, by the time that passes', async () => {
    const { clock, task, recorder } = await started(
      cron('0,10,20,30,40,50 8-20 * * *', utc),
      '2026-03-02T08:05:00Z',
    )
    await clock.advance(150 * minute) // now it is 10:35
    clock.jump(-2 * hour)
    await clock.advance(10 * minute)
    expect(task.health().status).toBe('healthy')
    await clock.advance(20 * minute)

    expect(task.health()).toMatchObject({ status: 'degraded', reasons: [{ rule: 'stale' }] })
    await clock.advance(20 * minute)
    expect(task.health().status).toBe('unhealthy')

    await clock.advance(2 * hour)
    expect(task.health().status).toBe('healthy')
    expect(recorder.of('run.missed')).toEqual([])
  })
})

describe('a clock that is corrected', () => {
  it.each([5 * hour, 20 * hour, 40 * hour, -5 * hour, -30 * hour])(
    'by %d ms, shortly before a job: the job runs, even if the clock was not read before',
    async (errorMs) => {
      const wrong = Date.parse('2026-03-02T08:29:40Z') - errorMs
      const { clock, slots } = await started(cron('30 8 * * *', utc), new Date(wrong).toISOString())
      await clock.advance(17 * second)
      const before = slots().length
      clock.jump(errorMs) // now it is 08:29:57
      clock.block(20 * second)
      await clock.advance('1m')

      expect(slots().slice(before)).toEqual(['03-02T08:30:00'])
    },
  )

  it('forward over a job with catchUp runs it', async () => {
    const { clock, slots } = await started(
      cron('0 3 * * *', { ...utc, catchUp: '1d' }),
      '2026-03-02T23:00:00Z',
    )
    clock.jump('8h')
    await clock.advance('1m')

    expect(slots()).toEqual(['03-03T03:00:00'])
  })

  it('moves a once task to its instant, and runs it if that has passed', async () => {
    const at = schedules.once({ at: '2026-03-02T12:00:00Z' })
    const { clock, slots } = await started(at, '2026-03-02T08:00:00Z')
    clock.jump('6h')
    await clock.advance('1m')

    expect(slots()).toEqual(['03-02T12:00:00'])
  })
})

describe('a reschedule at the instant of a slot', () => {
  const everySecond = cron('* * * * * *', utc)
  /** Its `catchUp` differs from `everySecond`, because a reschedule to an equal schedule changes nothing. */
  const alsoEverySecond = cron('* * * * * *', { ...utc, catchUp: '2s' })

  it('loses none of the slots of ten tasks that a job reschedules each second', async () => {
    const { clock, recorder, supervisor } = setUp({ startAt: '2026-03-02T08:00:00.500Z' })
    const tasks = Array.from({ length: 10 }, (_, n) =>
      supervisor.register({ name: `t${n}`, schedule: everySecond, run: () => {} }),
    )
    supervisor.register({
      name: 'job',
      schedule: everySecond,
      run: () => {
        for (const task of tasks)
          task.reschedule(task.schedule === everySecond ? alsoEverySecond : everySecond)
      },
    })
    await supervisor.start()
    await clock.advance('20s')

    const decided = [
      ...recorder.of('run.started').map(({ task, scheduledAt }) => `${task} ${timeOf(scheduledAt)}`),
      ...recorder.of('run.skipped').map(({ task, scheduledAt }) => `${task} ${timeOf(scheduledAt)}`),
    ].filter((slot) => slot.startsWith('t'))
    expect(new Set(decided).size).toBe(200)
    expect(decided).toHaveLength(200)
    expect(recorder.of('run.started').filter(({ task }) => task.startsWith('t'))).toHaveLength(200)
  })

  it.each([
    ['cron', everySecond, alsoEverySecond],
    [
      'an interval from the epoch',
      every('1s', { anchor: 'epoch' }),
      every('1s', { anchor: 'epoch', catchUp: '2s' }),
    ],
  ])('inside its own run does not repeat the slot: %s', async (_, schedule, other) => {
    const { clock, slots, task } = await started(schedule, '2026-03-02T08:00:00Z', {
      run: () => task.reschedule(task.schedule === schedule ? other : schedule),
    })
    await clock.advance('10s')

    expect(slots()).toHaveLength(11)
    expect(new Set(slots()).size).toBe(11)
  })

  it('to another expression with the same instant runs it once', async () => {
    const { clock, slots, task } = await started(cron('0 * * * *', utc), '2026-03-02T08:30:00Z', {
      run: () => task.reschedule(cron('*/5 * * * *', utc)),
    })
    await clock.advance('36m')

    expect(slots()).toEqual(['03-02T09:00:00', '03-02T09:05:00'])
  })

  it('from an interval to a cron of the same instant runs it once', async () => {
    const { clock, slots, task } = await started(
      every('1m', { immediate: true, first: 'after-period' }),
      '2026-03-02T08:59:00Z',
      { run: () => task.reschedule(cron('0 * * * *', utc)) },
    )
    await clock.advance('62m')

    expect(slots()).toEqual(['03-02T09:00:00', '03-02T10:00:00'])
  })

  it('of a task that unregisters and registers itself when its run has ended does not repeat the slot', async () => {
    const { clock, supervisor, recorder } = setUp({ startAt: '2026-03-02T07:59:59Z' })
    const options: TaskOptions = { name: 'a', schedule: everySecond, run: () => {} }
    supervisor.observe({
      name: 'renewal',
      onEvent(event) {
        if (event.type !== 'run.ended') return
        void supervisor
          .task('a')
          ?.unregister()
          .then(() => supervisor.register(options))
      },
    })
    supervisor.register(options)
    await supervisor.start()
    await clock.advance('10s')

    const slots = recorder.of('run.started').map(({ scheduledAt }) => timeOf(scheduledAt))
    expect(slots).toHaveLength(11)
    expect(new Set(slots).size).toBe(11)
  })

  it('runs the slot although its timer is due a part of a millisecond later', async () => {
    class WholeWall extends VirtualClock {
      override now(): number {
        return Math.floor(super.now())
      }
    }
    const clock = new WholeWall({ startAt: Date.parse('2026-03-02T08:00:00Z') + 0.7 })
    const recorder = recordEvents()
    const supervisor = new Supervisor({ clock, observers: [recorder], env: {} })
    const task = supervisor.register({ name: 'a', schedule: everySecond, run: () => {} })
    await supervisor.start()
    await clock.advance(999.4)
    for (let n = 0; n < 10; n += 1) {
      task.reschedule(n % 2 === 0 ? alsoEverySecond : everySecond)
      await clock.advance(1_000)
    }

    expect(recorder.of('run.skipped')).toEqual([])
    const slots = recorder.of('run.started').map(({ scheduledAt }) => scheduledAt)
    expect(slots).toHaveLength(12)
    expect(new Set(slots).size).toBe(12)
  })

  it('reports a slot as skipped whose jitter has not passed yet', async () => {
    const schedule = cron('* * * * *', { ...utc, jitter: '25s' })
    const other = cron('* * * * *', { ...utc, jitter: '25s', catchUp: '30s' })
    const { clock, recorder, task } = await started(schedule, '2026-03-02T08:00:30Z')
    for (let n = 0; n < 10; n += 1) {
      await clock.advance(minute - (clock.now() % minute))
      task.reschedule(n % 2 === 0 ? other : schedule)
      await clock.advance(30 * second)
    }

    const decided = [...recorder.of('run.started'), ...recorder.of('run.skipped')]
    expect(decided).toHaveLength(10)
    expect(new Set(decided.map(({ scheduledAt }) => scheduledAt)).size).toBe(10)
  })
})
