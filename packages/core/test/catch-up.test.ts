import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Schedule } from '../src/index.ts'
import { cron, every, Supervisor } from '../src/index.ts'
import { recordEvents, VirtualClock } from '../src/testing/index.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

async function started(
  schedule: Schedule,
  options: { readonly startAt?: string; readonly late?: string } = {},
) {
  const { startAt = '2026-03-02T00:00:00Z', late = '0ms' } = options
  const clock = new VirtualClock({ startAt, late: late as '0ms' })
  const recorder = recordEvents()
  const supervisor = new Supervisor({ clock, observers: [recorder], seed: 1, env: {}, monitor: '1d' })
  supervisor.register({ name: 'a', schedule, run: () => {} })
  await supervisor.start()
  await clock.advance(0)
  const slots = () => recorder.of('run.started').map(({ scheduledAt }) => scheduledAt ?? Number.NaN)
  const missed = () => recorder.of('run.missed').reduce((sum, { count }) => sum + count, 0)
  return { clock, recorder, supervisor, slots, missed }
}

async function runsAfter(schedule: Schedule, dueMs: number, lateMs: number): Promise<boolean> {
  const { clock, slots, missed } = await started(schedule)
  await clock.advance(dueMs - 1)
  const before = slots().length
  clock.block(lateMs + 1)
  await clock.advance(0)
  expect(slots().length - before + missed()).toBe(1)
  return slots().length > before
}

const daily = { timeZone: 'UTC' } as const
const at3 = 3 * hour

describe('catchUp', () => {
  it.each<[string, Schedule, number]>([
    ['an interval', every('1m', { immediate: true, catchUp: 0 }), minute],
    ['less than a second', every('1m', { immediate: true, catchUp: '200ms' }), minute],
    ['a cron', cron('*/10 * * * *', { ...daily, catchUp: 0 }), 10 * minute],
    ['a day', every('1d', { immediate: true, catchUp: 0 }), day],
    ['several slots', every('1m', { immediate: true, misfire: { all: 3 }, catchUp: 0 }), minute],
  ])('of 0 is a second, since no timer is on time: %s', async (_which, schedule, dueMs) => {
    expect(await runsAfter(schedule, dueMs, second)).toBe(true)
    expect(await runsAfter(schedule, dueMs, second + 1)).toBe(false)
  })

  it.each<[string, Schedule, number, number]>([
    ['a minute of a day', every('1d', { immediate: true, catchUp: '1m' }), day, minute],
    ['a minute of a day', cron('0 3 * * *', { ...daily, catchUp: '1m' }), at3, minute],
    ['a minute of a day', every('1d', { catchUp: '1m' }), day, minute],
    ['2 s of a minute', every('1m', { immediate: true, catchUp: '2s' }), minute, 2 * second],
    ['10 s of 10 min', cron('*/10 * * * *', { ...daily, catchUp: '10s' }), 10 * minute, 10 * second],
    ['20 s of a minute', every('1m', { immediate: true, catchUp: '20s' }), minute, 20 * second],
  ])('holds as it is written: %s', async (_limit, schedule, dueMs, limitMs) => {
    expect(await runsAfter(schedule, dueMs, limitMs)).toBe(true)
    expect(await runsAfter(schedule, dueMs, limitMs + 1)).toBe(false)
  })

  it('counts sleeps: a daily job with a minute does not run when the machine wakes an hour later', async () => {
    const { clock, slots, missed } = await started(cron('0 3 * * *', { ...daily, catchUp: '1m' }))
    await clock.advance(2 * hour)
    clock.suspend('2h')
    await clock.advance(minute)

    expect(slots()).toEqual([])
    expect(missed()).toBe(1)
  })

  it.each<[string, Schedule, number, number]>([
    ['the period', every('10m', { immediate: true }), 10 * minute, 10 * minute - 1],
    ['an hour', cron('0 3 * * *', daily), at3, hour],
  ])('left out is %s', async (_limit, schedule, dueMs, limitMs) => {
    expect(await runsAfter(schedule, dueMs, limitMs)).toBe(true)
  })
})

describe("misfire 'skip'", () => {
  it.each<[string, Schedule, number, number]>([
    ['catchUp', cron('0 3 * * *', { ...daily, misfire: 'skip', catchUp: '1m' }), at3, minute],
    ['catchUp', every('1h', { immediate: true, misfire: 'skip', catchUp: '10s' }), hour, 10 * second],
    [
      'a second, however short catchUp is',
      every('1h', { immediate: true, misfire: 'skip', catchUp: 0 }),
      hour,
      second,
    ],
    ['a tenth of the period', every('10m', { immediate: true, misfire: 'skip' }), 10 * minute, minute],
    [
      'a tenth of the period',
      every('10m', { immediate: true, misfire: 'skip', catchUp: '5m' }),
      10 * minute,
      minute,
    ],
    ['the default of catchUp', cron('0 3 * * *', { ...daily, misfire: 'skip' }), at3, hour],
    ['a second, for short periods', every('3s', { immediate: true, misfire: 'skip' }), 3 * second, second],
  ])('runs no slot later than %s', async (_limit, schedule, dueMs, limitMs) => {
    expect(await runsAfter(schedule, dueMs, limitMs)).toBe(true)
    expect(await runsAfter(schedule, dueMs, limitMs + 1)).toBe(false)
  })
})

describe('misfire { all: n } alone', () => {
  it('runs the newest n slots of an interval after a long block', async () => {
    const { clock, slots, missed } = await started(every('1m', { immediate: true, misfire: { all: 10 } }))
    await clock.advance('30s')
    clock.block('30m')
    await clock.advance(0)

    const began = Date.parse('2026-03-02T00:00:00Z')
    const minutes = slots().map((slot) => (slot - began) / minute)
    expect(minutes).toEqual([0, ...Array.from({ length: 10 }, (_, index) => 21 + index)])
    expect(missed()).toBe(20)
  })

  it('runs the newest n slots of uneven cron times', async () => {
    const schedule = cron('0 9,17 * * 1-5', { ...daily, misfire: { all: 3 } })
    const { clock, slots, missed } = await started(schedule, { startAt: '2026-03-05T18:00:00Z' })
    clock.block('3d')
    clock.block('20h')
    await clock.advance(0)

    expect(slots().map((slot) => new Date(slot).toISOString())).toEqual([
      '2026-03-06T09:00:00.000Z',
      '2026-03-06T17:00:00.000Z',
      '2026-03-09T09:00:00.000Z',
    ])
    expect(missed()).toBe(0)
  })

  it('is limited by catchUp if that is given', async () => {
    const { clock, slots } = await started(
      every('1m', { immediate: true, misfire: { all: 10 }, catchUp: '3m' }),
    )
    await clock.advance('30s')
    clock.block('30m')
    await clock.advance(0)

    expect(slots()).toHaveLength(1 + 3)
  })
})

describe('the virtual and the real clock agree', () => {
  it.each<[string, Schedule]>([
    ['catchUp 0', every('100ms', { immediate: true, catchUp: 0 })],
    ['catchUp below a second', every('100ms', { immediate: true, catchUp: '1ms' })],
    ["misfire 'skip'", every('100ms', { immediate: true, misfire: 'skip', catchUp: 0 })],
    ['cron and catchUp 0', cron('* * * * * *', { timeZone: 'UTC', catchUp: 0 })],
  ])('that timers which are a little late run each slot: %s', async (_which, schedule) => {
    const { clock, slots, missed } = await started(schedule, { late: '7ms' })
    await clock.advance('10s')
    expect(slots().length).toBeGreaterThanOrEqual(10)
    expect(missed()).toBe(0)

    const recorder = recordEvents()
    const supervisor = new Supervisor({ observers: [recorder], seed: 1, env: {} })
    supervisor.register({ name: 'a', schedule, run: () => {} })
    await supervisor.start()
    for (let turns = 0; turns < 400 && recorder.of('run.ended').length < 2; turns += 1) await wait(10)
    await supervisor.stop({ deadline: '1s' })
    expect(recorder.of('run.ended').length).toBeGreaterThanOrEqual(2)
  })
})
