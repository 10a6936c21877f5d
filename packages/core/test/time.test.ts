import { describe, expect, it } from 'vitest'
import type { ClockTimer, Schedule, TaskOptions } from '../src/index.ts'
import { cron, every, Supervisor, schedules } from '../src/index.ts'
import { recordEvents, VirtualClock } from '../src/testing/index.ts'
import { setUp } from './supervised.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

async function started(schedule: Schedule, startAt: string, options: Partial<TaskOptions> = {}) {
  const scene = setUp({ startAt, monitor: '1d' })
  const task = scene.supervisor.register({ name: 'a', schedule, run: () => {}, ...options })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  const runs = () => scene.recorder.of('run.started').map(({ at }) => timeOf(at))
  const slots = () => scene.recorder.of('run.started').map(({ scheduledAt }) => timeOf(scheduledAt))
  const missed = () =>
    scene.recorder
      .of('run.missed')
      .map(({ count, atLeast, from, to }) => [count, atLeast, timeOf(from), timeOf(to)])
  return { ...scene, task, runs, slots, missed }
}

function timeOf(wall: number | undefined): string {
  return new Date(wall ?? Number.NaN).toISOString().slice(11, 19)
}

describe('after a suspend of the machine', () => {
  it('cron runs once for all missed slots and reports the others', async () => {
    const { clock, recorder, runs, slots, missed } = await started(
      cron('*/10 * * * *', { timeZone: 'UTC' }),
      '2026-03-02T08:00:30Z',
    )
    await clock.advance(10 * minute)
    clock.suspend(35 * minute)
    await clock.advance(30 * second)

    expect(recorder.of('clock.jumped')).toMatchObject([{ deltaMs: 35 * minute, treatedAs: 'gap' }])
    expect(slots()).toEqual(['08:10:00', '08:40:00'])
    expect(missed()).toEqual([[2, false, '08:20:00', '08:30:00']])
    await clock.advance(10 * minute)
    expect(runs().at(-1)).toBe('08:50:00')
  })

  it('the suspend is detected within half a minute, even if no slot is near', async () => {
    const { clock, recorder } = await started(cron('0 3 * * *', { timeZone: 'UTC' }), '2026-03-02T02:00:00Z')
    clock.suspend(50 * minute)
    await clock.advance(30 * second)
    expect(recorder.of('clock.jumped')).toHaveLength(1)

    await clock.advance(10 * minute)

    expect(recorder.of('run.started').map(({ latenessMs }) => latenessMs)).toEqual([0])
  })

  it('an interval that counts from the start continues as if there was no suspend', async () => {
    const { clock, recorder, missed } = await started(
      every('1m', { immediate: true }),
      '2026-03-02T08:00:00Z',
    )
    await clock.advance(30 * second)
    clock.suspend(2 * hour)

    await clock.advance(90 * second)

    expect(recorder.of('run.started')).toHaveLength(3)
    expect(missed()).toEqual([])
  })
})

describe('setting the wall clock', () => {
  const hourly = cron('0 * * * *', { timeZone: 'UTC' })

  it('back by less than three hours repeats no fixed time that has run', async () => {
    const fixed = cron('0 8,9,10,11,12 * * *', { timeZone: 'UTC' })
    const { clock, slots, recorder, missed } = await started(fixed, '2026-03-02T08:30:00Z')
    await clock.advance(2 * hour)
    clock.jump(-90 * minute)
    await clock.advance(30 * second)
    expect(recorder.of('clock.jumped')).toMatchObject([{ treatedAs: 'gap', deltaMs: -90 * minute }])

    await clock.advance(3 * hour)

    expect(slots()).toEqual(['09:00:00', '10:00:00', '11:00:00', '12:00:00'])
    expect(missed()).toEqual([])
  })

  it('back by three hours or more starts the schedule again', async () => {
    const { clock, slots, recorder, missed } = await started(hourly, '2026-03-02T08:30:00Z')
    await clock.advance(2 * hour)
    clock.jump(-3 * hour)
    await clock.advance(2 * hour)

    expect(recorder.of('clock.jumped')).toMatchObject([{ treatedAs: 'correction' }])
    expect(slots()).toEqual(['09:00:00', '10:00:00', '08:00:00', '09:00:00'])
    expect(missed()).toEqual([])
  })

  it('forward by less than three hours runs once for the skipped slots', async () => {
    const { clock, slots, missed } = await started(hourly, '2026-03-02T08:30:00Z')
    clock.jump(2 * hour)
    await clock.advance(2 * hour)

    expect(slots()).toEqual(['10:00:00', '11:00:00', '12:00:00'])
    expect(missed()).toEqual([[1, false, '09:00:00', '09:00:00']])
  })

  it.each([
    [3 * hour, 3, false],
    [26 * hour, 26, false],
    [400 * day, 1_000, true],
  ])(
    'forward by %d ms runs none of the skipped slots, and reports %d as missed',
    async (jumpMs, count, atLeast) => {
      const { clock, recorder, task } = await started(hourly, '2026-03-02T08:30:00Z')
      const before = clock.now()
      await clock.advance(29 * minute)
      clock.jump(jumpMs)
      await clock.advance(2 * minute)
      expect(recorder.of('clock.jumped')).toMatchObject([{ treatedAs: 'correction', deltaMs: jumpMs }])
      await clock.advance(hour)

      const slots = recorder.of('run.started').map(({ scheduledAt }) => (scheduledAt ?? 0) - before - jumpMs)
      expect(slots).toEqual([30 * minute, 90 * minute])
      expect(recorder.of('run.missed')).toMatchObject([{ count, atLeast }])
      expect(task.metrics().skipped).toMatchObject({ overlap: 0, paused: 0 })
      expect(task.health().status).toBe('healthy')
    },
  )

  it('forward leaves health alone, even if a slot timer is the first to see the jump', async () => {
    const { clock, recorder, missed, task } = await started(hourly, '2026-03-02T08:30:00Z')
    await clock.advance(90 * minute - 1)
    expect(task.health().status).toBe('healthy')
    clock.jump(10 * day + 10 * minute)
    await clock.advance(1)
    await clock.advance(45 * minute)

    expect(recorder.of('run.started').map(({ at }) => timeOf(at))).toEqual(['09:00:00'])
    expect(missed()).toEqual([[241, false, '10:00:00', '10:00:00']])
    expect(recorder.of('rule.opened')).toEqual([])
    expect(task.health().status).toBe('healthy')
  })

  it('does not affect intervals that count from the start, timeouts or sleeps', async () => {
    const { clock, recorder } = await started(every('10s', { immediate: true }), '2026-03-02T08:00:00Z', {
      timeout: '5s',
      run: ({ sleep }) => sleep('1h'),
    })
    await clock.advance(2 * second)
    clock.jump(-2 * hour)
    await clock.advance(10 * second)
    clock.jump(5 * hour)
    await clock.advance(10 * second)

    expect(recorder.of('run.ended').map(({ durationMs, outcome }) => [durationMs, outcome])).toEqual([
      [5_000, 'timed-out'],
      [5_000, 'timed-out'],
    ])
    expect(recorder.of('run.started').map(({ latenessMs }) => latenessMs)).toEqual([0, 0, 0])
  })

  it('moves a once task to its new instant', async () => {
    const { clock, recorder } = await started(
      schedules.once({ at: '2026-03-02T12:00:00Z' }),
      '2026-03-02T08:00:00Z',
    )
    clock.jump(3.5 * hour)
    await clock.advance(30 * minute)

    expect(recorder.of('run.started').map(({ at }) => timeOf(at))).toEqual(['12:00:00'])
  })
})

describe('after a block of the event loop', () => {
  it('up to 1,000 missed slots are counted exactly', async () => {
    const { clock, missed, recorder } = await started(
      every('1s', { immediate: true }),
      '2026-03-02T08:00:00Z',
    )
    await clock.advance(10 * second)
    clock.block(1_000 * second)
    await clock.advance(0)

    expect(missed()).toEqual([[999, false, '08:00:11', '08:16:49']])
    expect(timeOf(recorder.of('run.started').at(-1)?.scheduledAt)).toBe('08:16:50')
    expect(recorder.of('loop.blocked')).toMatchObject([{ ms: 1_000 * second }])
  })

  it('at least 1,000 missed slots are reported beyond that, and the newest slot runs', async () => {
    const { clock, missed, recorder } = await started(
      every('1s', { immediate: true }),
      '2026-03-02T08:00:00Z',
    )
    clock.block(2 * hour)
    await clock.advance(5 * second)

    expect(recorder.of('run.missed')).toMatchObject([{ count: 999, atLeast: true }])
    expect(missed()[0]?.[2]).toBe('08:00:01')
    const last = recorder.of('run.started').slice(-6)
    expect(last.map(({ scheduledAt }) => timeOf(scheduledAt))).toEqual([
      '10:00:00',
      '10:00:01',
      '10:00:02',
      '10:00:03',
      '10:00:04',
      '10:00:05',
    ])
  })

  it('the work of one step stays small, however long the block and with a cron of seconds', async () => {
    const { clock, recorder } = await started(
      cron('* * * * * *', { timeZone: 'UTC' }),
      '2026-03-02T08:00:00Z',
    )
    clock.block(3 * day)
    const before = performance.now()
    await clock.advance(0)

    expect(performance.now() - before).toBeLessThan(2_000)
    expect(recorder.of('run.missed')).toMatchObject([{ count: 999, atLeast: true }])
    expect(timeOf(recorder.of('run.started').at(-1)?.scheduledAt)).toBe('08:00:00')
  })

  it('no timer is reported as stalled, whichever fires first', async () => {
    for (const blockedMs of [40 * second, 70 * second, 10 * minute]) {
      const { clock, recorder, task } = await started(
        every('20s', { immediate: true }),
        '2026-03-02T08:00:00Z',
      )
      await clock.advance(25 * second)
      clock.block(blockedMs)
      await clock.advance(minute)

      expect(recorder.of('monitor.stalled')).toEqual([])
      expect(task.metrics().started).toBeGreaterThanOrEqual(5)
    }
  })

  it('slots later than the catch-up are dropped and reported', async () => {
    const { clock, missed, slots } = await started(
      every('10m', { anchor: 'start', catchUp: '1m' }),
      '2026-03-02T08:00:00Z',
    )
    await clock.advance(10 * second)
    clock.block(25 * minute)
    await clock.advance(10 * minute)

    expect(missed()).toEqual([[2, false, '08:10:00', '08:20:00']])
    expect(slots()).toEqual(['08:00:00', '08:30:00'])
  })

  it('misfire skip runs none of the missed slots and is on time again', async () => {
    const { clock, missed, slots } = await started(
      every('10s', { immediate: true, misfire: 'skip' }),
      '2026-03-02T08:00:00Z',
    )
    await clock.advance(5 * second)
    clock.block(31 * second)
    await clock.advance(10 * second)

    expect(missed()).toEqual([[3, false, '08:00:10', '08:00:30']])
    expect(slots()).toEqual(['08:00:00', '08:00:40'])
  })

  it('misfire skip still runs a slot that is slightly late', async () => {
    const { clock, missed, slots } = await started(
      every('10s', { immediate: true, misfire: 'skip' }),
      '2026-03-02T08:00:00Z',
    )
    await clock.advance(5 * second)
    clock.block(5_900)
    await clock.advance(0)

    expect(missed()).toEqual([])
    expect(slots()).toEqual(['08:00:00', '08:00:10'])
  })

  it('misfire all runs the newest slots one after another', async () => {
    const { clock, missed, slots, recorder } = await started(
      every('10s', { immediate: true, misfire: { all: 3 }, catchUp: '1h' }),
      '2026-03-02T08:00:00Z',
      { run: ({ sleep }) => sleep('2s') },
    )
    await clock.advance(5 * second)
    clock.block(52 * second)
    await clock.advance(20 * second)

    expect(missed()).toEqual([[2, false, '08:00:10', '08:00:20']])
    expect(slots()).toEqual(['08:00:00', '08:00:30', '08:00:40', '08:00:50', '08:01:10'])
    expect(
      recorder.of('run.skipped').map(({ reason, scheduledAt }) => [reason, timeOf(scheduledAt)]),
    ).toEqual([['overlap', '08:01:00']])
    const live = recorder
      .of('run.ended')
      .map(({ startedAt, durationMs }) => [startedAt, startedAt + durationMs])
    for (const [index, run] of live.entries())
      expect(run[0]).toBeGreaterThanOrEqual(live[index - 1]?.[1] ?? 0)
  })
})

describe('a lost timer', () => {
  class LossyClock extends VirtualClock {
    losesNext = false

    override timer(callback: () => void, delayMs: number): ClockTimer {
      if (!this.losesNext) return super.timer(callback, delayMs)
      this.losesNext = false
      return { cancel: () => {}, setRef: () => {} }
    }
  }

  it('is detected by the monitor, reported and armed again', async () => {
    const clock = new LossyClock()
    const recorder = recordEvents()
    const supervisor = new Supervisor({ clock, observers: [recorder], seed: 1, env: {} })
    const task = supervisor.register({ name: 'a', schedule: every('1s', { immediate: true }), run: () => {} })
    await supervisor.start()
    await clock.advance(5 * second)
    clock.losesNext = true
    await clock.advance(2 * second)
    const { started } = task.metrics()
    await clock.advance(50 * second)

    expect(recorder.of('monitor.stalled')).toHaveLength(1)
    expect(recorder.of('run.missed')).toHaveLength(1)
    expect(task.metrics().started).toBeGreaterThan(started + 10)
    expect(supervisor.live().ok).toBe(true)
  })
})

describe('waits of more than 24.8 days', () => {
  it('work for a once task after 60 days', async () => {
    const { clock, recorder } = await started(schedules.once({ after: '60d' }), '2026-03-02T08:00:00Z')
    for (let days = 0; days < 59; days += 1) {
      clock.block(day)
      await clock.advance(0)
    }
    expect(recorder.of('run.started')).toEqual([])
    expect(recorder.of('run.missed')).toEqual([])

    clock.block(day - minute)
    await clock.advance(minute)

    expect(recorder.of('run.started')).toMatchObject([{ latenessMs: 0 }])
  })

  it('keep the phase of a task every 40 days', async () => {
    const { clock, recorder } = await started(every('40d', { immediate: true }), '2026-03-02T08:00:00Z')
    const began = clock.now()
    for (let days = 0; days < 130; days += 1) {
      clock.block(day - minute)
      await clock.advance(minute)
    }

    expect(recorder.of('run.started').map(({ at }) => (at - began) / day)).toEqual([0, 40, 80, 120])
    expect(recorder.of('run.missed')).toEqual([])
  })
})

describe('daylight saving time changes', () => {
  const zone = { timeZone: 'Europe/Berlin' }

  it('run a fixed time in the gap once, immediately after it', async () => {
    // At 01:00 UTC, the local clock moves from 02:00 to 03:00.
    const { clock, runs } = await started(cron('30 2 * * *', zone), '2026-03-28T23:00:00Z')
    await clock.advance(27 * hour)

    expect(runs()).toEqual(['01:00:00', '00:30:00'])
  })

  it('run a fixed time in the fold once', async () => {
    // At 01:00 UTC, the local clock moves from 03:00 to 02:00.
    const { clock, runs, missed } = await started(cron('30 2 * * *', zone), '2026-10-24T23:00:00Z')
    await clock.advance(27 * hour)

    expect(runs()).toEqual(['00:30:00', '01:30:00'])
    expect(missed()).toEqual([])
  })

  it('keep wildcards at equal intervals', async () => {
    const spring = await started(cron('*/30 * * * *', zone), '2026-03-29T00:10:00Z')
    await spring.clock.advance(2 * hour)
    expect(spring.runs()).toEqual(['00:30:00', '01:00:00', '01:30:00', '02:00:00'])

    const autumn = await started(cron('*/30 * * * *', zone), '2026-10-25T00:10:00Z')
    await autumn.clock.advance(2 * hour)
    expect(autumn.runs()).toEqual(['00:30:00', '01:00:00', '01:30:00', '02:00:00'])
  })
})
