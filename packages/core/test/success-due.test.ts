import { describe, expect, it } from 'vitest'
import { cron, every, loop, Supervisor, schedules } from '../src/index.ts'
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

  it('allows a task that runs once 5 min, as the rule stale does', async () => {
    const { clock, supervisor } = setUp()
    const at = new Date(clock.now() + hour)
    const task = supervisor.register({ name: 'a', schedule: schedules.once({ at }), run: () => {} })
    await supervisor.start()
    await clock.advance(hour + 5 * minute - 1)
    expect(task.successDueAt()).toBeUndefined()
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

  it('is for a fixed delay the slot after a success, once its grace and the allowed time of a run are over', async () => {
    const { clock, supervisor } = setUp()
    const began = clock.now()
    let runs = 0
    const task = supervisor.register({
      name: 'a',
      schedule: schedules.delay('1h', { immediate: true }),
      run: async ({ sleep }) => {
        runs += 1
        if (runs > 1) throw new Error('down')
        await sleep('10m')
      },
    })
    await supervisor.start()
    await clock.advance(60 * minute)
    expect(task.successDueAt()).toBe(began)

    // A success is due 1 h after the end of the first run, plus 5 min of grace and 10 min for the run.
    await clock.advance(25 * minute - 1)
    expect(task.successDueAt()).toBeUndefined()
    await clock.advance(1)

    expect(task.successDueAt()).toBe(began + 70 * minute)
    expect(task.metrics().lastSuccessAt).toBe(began + 10 * minute)
  })

  it('moves on while all runs of a fixed delay fail, and is before the success that ends this', async () => {
    const { clock, supervisor } = setUp()
    const began = clock.now()
    let isDown = true
    const task = supervisor.register({
      name: 'a',
      schedule: schedules.delay('10s', { immediate: true }),
      run: () => {
        if (isDown) throw new Error('down')
      },
    })
    await supervisor.start()
    await clock.advance(30_000 - 1)
    expect(task.successDueAt()).toBeUndefined()
    await clock.advance(1)
    expect(task.successDueAt()).toBe(began)

    // A slot came between 60 s and 70 s, and its grace of 30 s is over.
    await clock.advance(70_000)
    expect(task.successDueAt()).toBe(began + 60_000)
    isDown = false
    await clock.advance(10_000)

    expect(task.metrics().lastSuccessAt).toBe(began + 110_000)
    expect(task.successDueAt()).toBe(began + 70_000)
  })

  it('is never after the last success while all runs of a fixed delay succeed', async () => {
    const { clock, supervisor } = setUp()
    const seconds = [3, 17, 8, 20, 1]
    let runs = 0
    const task = supervisor.register({
      name: 'a',
      schedule: schedules.delay('40s', { jitter: '15s' }),
      run: ({ sleep }) => sleep(1_000 * (seconds[runs++ % 5] ?? 0)),
    })
    await supervisor.start()
    let known = 0
    for (let second = 0; second < 1_200; second += 1) {
      await clock.advance(1_000)
      const due = task.successDueAt()
      if (due === undefined) continue
      known += 1
      expect(due).toBeLessThanOrEqual(task.metrics().lastSuccessAt ?? 0)
    }

    expect(known).toBeGreaterThan(1_000)
  })

  it('moves on while a run of a fixed delay hangs', async () => {
    const { clock, supervisor } = setUp()
    const began = clock.now()
    const task = supervisor.register({
      name: 'a',
      schedule: schedules.delay('1m', { immediate: true }),
      run: ({ sleep }) => sleep('1d'),
    })
    await supervisor.start()
    await clock.advance(10 * minute)

    expect(task.successDueAt()).toBe(began + 8 * minute + 30_000)
  })

  it.each([
    ['a fixed delay', schedules.delay('1h', { immediate: true })],
    ['an interval', every('1h', { immediate: true })],
    ['a cron', cron('0 * * * *', { timeZone: 'UTC' })],
  ])('is not after the last success when a pause of %s ends', async (_, schedule) => {
    const { clock, supervisor } = setUp()
    const began = clock.now()
    const task = supervisor.register({ name: 'a', schedule, run: () => {} })
    await supervisor.start()
    await clock.advance(30 * minute)
    task.pause()
    await clock.advance(5 * hour)
    expect(task.successDueAt()).toBeUndefined()

    task.resume()

    expect(task.metrics().lastSuccessAt).toBe(began)
    expect(task.successDueAt()).toBe(began)
  })

  it('is the slot after a pause, once its run has failed and its grace is over', async () => {
    const { clock, supervisor } = setUp()
    const began = clock.now()
    let isDown = false
    const run = (): void => {
      if (isDown) throw new Error('down')
    }
    const schedule = cron('0 * * * *', { timeZone: 'UTC' })
    const task = supervisor.register({ name: 'a', schedule, run })
    await supervisor.start()
    await clock.advance(30 * minute)
    isDown = true
    task.pause()
    await clock.advance(5 * hour)
    task.resume()
    await clock.advance(35 * minute)

    expect(task.successDueAt()).toBe(began + 6 * hour)
  })

  it('is not after a success of a host that runs its slots a little early', async () => {
    const { clock, supervisor } = setUp()
    const began = clock.now()
    const task = supervisor.external({ name: 'a', expects: cron('0 * * * *', { timeZone: 'UTC' }) })
    await supervisor.start()
    await clock.advance(hour - 200)
    task.begin().end()
    await clock.advance(30 * minute)

    expect(task.successDueAt()).toBe(began + hour - 200)
  })

  it.each([
    ['a pause', cron('0 0 * * *', { timeZone: 'UTC' }), '2h', '3d', 'pause'],
    ['a standby', every('2m', { anchor: 'epoch' }), '90s', '1h', 'standby'],
    ['a pause of a fixed delay', schedules.delay('10m', { immediate: true }), '5m', '5h', 'pause'],
    ['a reschedule', every('10m', { immediate: true }), '8m', '1m', 'reschedule'],
  ] as const)(
    'is not after the last success during the first run after %s',
    async (_, schedule, takes, held, how) => {
      const { clock, supervisor } = setUp()
      let isLeader = true
      const task = supervisor.register({
        name: 'a',
        schedule,
        enabled: () => isLeader,
        run: ({ sleep }) => sleep(takes),
      })
      await supervisor.start()
      await clock.advance('36h')
      while (task.active().length > 0) await clock.advance('10s')

      if (how === 'pause') task.pause()
      if (how === 'standby') isLeader = false
      if (how === 'reschedule') task.reschedule(every('12m'))
      await clock.advance(held)
      if (how === 'pause') task.resume()
      isLeader = true

      let isRunning = false
      for (let step = 0; step < 20_000 && !(isRunning && task.active().length === 0); step += 1) {
        await clock.advance('10s')
        isRunning ||= task.active().length > 0
        const due = task.successDueAt()
        if (due !== undefined) expect(due).toBeLessThanOrEqual(task.metrics().lastSuccessAt ?? 0)
      }
      expect(isRunning).toBe(true)
    },
  )

  it('is after the last success once the first run after a pause has failed', async () => {
    const { clock, supervisor } = setUp()
    let isDown = false
    const task = supervisor.register({
      name: 'a',
      schedule: cron('0 0 * * *', { timeZone: 'UTC' }),
      run: () => {
        if (isDown) throw new Error('down')
      },
    })
    await supervisor.start()
    await clock.advance('36h')
    task.pause()
    await clock.advance('3d')
    task.resume()
    isDown = true
    await clock.advance('13h')

    expect(new Date(task.successDueAt() ?? 0).toISOString()).toBe('2026-03-07T00:00:00.000Z')
    expect(task.metrics().lastSuccessAt).toBe(Date.parse('2026-03-03T00:00:00Z'))
  })
})
