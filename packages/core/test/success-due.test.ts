import { describe, expect, it } from 'vitest'
import { cron, every, loop, Supervisor } from '../src/index.ts'
import { VirtualClock } from '../src/testing/index.ts'

const hour = 3_600_000
const minute = 60_000

function setUp() {
  const clock = new VirtualClock({ startAt: '2026-03-02T00:00:00Z' })
  return { clock, supervisor: new Supervisor({ clock, observers: [] }) }
}

describe('successDueAt', () => {
  it('is the latest slot whose grace of half a period, 30 s to 5 min, has passed', async () => {
    const { clock, supervisor } = setUp()
    const began = clock.now()
    const task = supervisor.register({ name: 'a', schedule: every('2m', { immediate: true }), run: () => {} })
    await supervisor.start()
    await clock.advance(3 * minute - 1)
    expect(task.successDueAt()).toBe(began)

    await clock.advance(1)

    expect(task.successDueAt()).toBe(began + 2 * minute)
  })

  it('allows a run its timeout', async () => {
    const { clock, supervisor } = setUp()
    const midnight = clock.now()
    const schedule = cron('0 * * * *', { timeZone: 'UTC' })
    const task = supervisor.register({
      name: 'a',
      schedule,
      timeout: '20m',
      run: ({ sleep }) => sleep('15m'),
    })
    await supervisor.start()
    await clock.advance(hour + 25 * minute - 1)
    expect(task.successDueAt()).toBe(midnight)

    await clock.advance(1)

    expect(task.successDueAt()).toBe(midnight + hour)
  })

  it('allows a run without a timeout as long as the longest success took', async () => {
    const { clock, supervisor } = setUp()
    const midnight = clock.now()
    const schedule = cron('0 * * * *', { timeZone: 'UTC' })
    const task = supervisor.register({ name: 'a', schedule, run: ({ sleep }) => sleep('10m') })
    await supervisor.start()
    await clock.advance(2 * hour + 15 * minute - 1)
    expect(task.successDueAt()).toBe(midnight + hour)

    await clock.advance(1)

    expect(task.successDueAt()).toBe(midnight + 2 * hour)
  })

  it('is undefined for loops and while a task is paused', async () => {
    const { clock, supervisor } = setUp()
    const looping = supervisor.register({ name: 'a', schedule: loop(), run: ({ sleep }) => sleep('1d') })
    const paused = supervisor.register({ name: 'b', schedule: every('1m'), run: () => {} })
    await supervisor.start()
    await clock.advance(5 * minute)
    expect(paused.successDueAt()).toBeTypeOf('number')

    paused.pause()

    expect(paused.successDueAt()).toBeUndefined()
    expect(looping.successDueAt()).toBeUndefined()
  })
})
