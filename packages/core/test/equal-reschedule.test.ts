import { describe, expect, it } from 'vitest'
import type { Schedule, TaskOptions } from '../src/index.ts'
import { cron, every, loop, manual, Supervisor, schedules } from '../src/index.ts'
import { MemoryFleet, recordEvents, VirtualClock } from '../src/testing/index.ts'
import { setUp } from './supervised.ts'

const utc = { timeZone: 'UTC' }

async function started(schedule: Schedule, options: Partial<TaskOptions> = {}) {
  const scene = setUp({ startAt: '2026-01-01T00:00:00Z', settle: 'microtasks' })
  const task = scene.supervisor.register({ name: 'a', schedule, run: () => {}, ...options })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  const began = scene.clock.now()
  const starts = () => scene.recorder.of('run.started').map(({ at }) => (at - began) / 1_000)
  return { ...scene, task, starts }
}

const later = { immediate: true, first: 'after-period' } as const

describe('a reschedule to an equal schedule', () => {
  it.each<[string, () => Schedule]>([
    ['every', () => every('10s', later)],
    ['every, with options', () => every('10s', { ...later, misfire: { all: 3 }, catchUp: '1m' })],
    ['every from the epoch', () => every('10s', { anchor: 'epoch', first: 'after-period' })],
    ['a delay', () => schedules.delay('10s', later)],
    ['cron', () => cron('*/10 * * * * *', { ...utc, misfire: { all: 2 } })],
  ])('each second changes nothing: %s', async (_which, make) => {
    const usual = await started(make())
    await usual.clock.advance('65s')
    const { clock, recorder, supervisor, task, starts } = await started(make())
    for (let second = 0; second < 65; second += 1) {
      task.reschedule(make())
      await clock.advance('1s')
    }

    expect(starts().length).toBeGreaterThanOrEqual(6)
    expect(starts()).toEqual(usual.starts())
    expect(recorder.of('task.rescheduled')).toEqual([])
    expect(task.health().status).toBe('healthy')
    expect(supervisor.explain('a').lints).toEqual([])
  })

  it('keeps the slot that jitter delays, the queue, and a pause', async () => {
    const schedule = cron('0 * * * * *', { ...utc, jitter: '20s' })
    const { clock, recorder, task } = await started(schedule, {
      overlap: 'queue',
      run: ({ sleep }) => sleep('90s'),
    })
    await clock.advance('140s')
    task.reschedule(cron('0 * * * * *', { ...utc, jitter: '20s' }))
    task.pause()
    await clock.advance('1s')
    task.reschedule(cron('0 * * * * *', { ...utc, jitter: '20s' }))

    expect(task.paused).toBe(true)
    expect(recorder.of('run.skipped').map(({ reason }) => reason)).not.toContain('replaced')
  })

  const at = '2026-01-01T00:01:00Z'
  it.each<[string, () => Schedule, readonly number[]]>([
    ['a loop', () => loop(), [0]],
    ['a loop that is ready when it says so', () => loop({ ready: true }), [0]],
    ['manual', () => manual(), [30]],
    ['once at an instant', () => schedules.once({ at, keep: true }), [30, 60]],
    ['once at a past instant', () => schedules.once({ at: '2025-12-31T00:00:00Z', keep: true }), [0]],
  ])('each second changes nothing: %s', async (_which, make, expected) => {
    const isLoop = make().info.restarts
    const { clock, recorder, task, starts } = await started(make(), {
      run: async ({ sleep, ready }) => {
        ready()
        if (isLoop) await sleep('1d')
      },
    })
    for (let second = 0; second < 120; second += 1) {
      if (second === 30 && !isLoop) void task.trigger()
      task.reschedule(make(), { by: 'config' })
      await clock.advance('1s')
    }

    expect(starts()).toEqual(expected)
    expect(recorder.of('task.rescheduled')).toEqual([])
    expect(recorder.of('run.ended').map(({ outcome }) => outcome)).not.toContain('cancelled')
    expect(new Set(recorder.of('control.performed').map(({ result }) => result))).toEqual(
      new Set(['unchanged']),
    )
    expect(task.health().status).toBe('healthy')
  })

  it.each<[string, Schedule, Schedule]>([
    ['a loop and another loop', loop(), loop({ ready: true })],
    ['a loop and manual', loop(), manual()],
    ['manual and a loop', manual(), loop()],
  ])('is no change between %s, which is refused', async (_which, from, to) => {
    const { recorder, task } = await started(from, { run: ({ sleep }) => sleep('1d') })

    expect(() => task.reschedule(to)).toThrow('unregister() it and register() it again')
    expect(recorder.of('task.rescheduled')).toEqual([])
  })

  it('of an external task does not ask its host', async () => {
    const asked: Schedule[] = []
    const { recorder, supervisor, task } = await started(manual())
    task.pause()
    const external = supervisor.external({
      name: 'host',
      expects: cron('* * * * *', utc),
      control: { reschedule: (next) => void asked.push(next) },
    })
    external.reschedule(cron('* * * * *', utc))
    external.reschedule(cron('*/2 * * * *', utc))
    external.reschedule(cron('*/2 * * * *', utc))

    expect(asked.map(({ info }) => info.text)).toEqual(['cron */2 * * * * (UTC)'])
    expect(recorder.of('task.rescheduled')).toHaveLength(1)
  })

  it.each<[string, () => Schedule]>([
    ['every', () => every('1s')],
    ['every with misfire', () => every('5m', { misfire: { all: 2 } })],
    ['cron', () => cron('* * * * * *', utc)],
    ['manual', () => manual()],
  ])('in a fleet changes nothing in any process: %s', async (_which, make) => {
    const clock = new VirtualClock({ startAt: '2026-01-01T00:00:00Z' })
    const fleet = new MemoryFleet()
    const recorder = recordEvents()
    const [one, two] = [1, 2].map(() => {
      const supervisor = new Supervisor({ clock, fleet: fleet.member(), observers: [recorder] })
      const task = supervisor.register({ name: 'a', scope: 'service', schedule: every('7s'), run: () => {} })
      return { supervisor, task }
    })
    for (const each of [one, two]) await each?.supervisor.start()
    await clock.advance('1s')
    one?.task.reschedule(make())
    await clock.advance('2s')
    expect(recorder.of('task.rescheduled')).toHaveLength(2)
    for (const each of [one, two]) {
      each?.task.reschedule(make())
      await clock.advance('2s')
    }

    expect(recorder.of('task.rescheduled')).toHaveLength(2)
    for (const each of [one, two]) await each?.supervisor.stop()
  })

  it('inside a run, after another one, changes back', async () => {
    const { clock, task, starts, recorder } = await started(every('10s', later), {
      run: () => {
        task.reschedule(every('20s'))
        task.reschedule(every('10s', later))
      },
    })
    await clock.advance('30s')

    expect(starts()).toEqual([10, 20, 30])
    expect(recorder.of('task.rescheduled')).toHaveLength(6)
  })

  it.each<[string, Schedule, number]>([
    ['other clock changes', cron('30 2 * * *', { timeZone: 'Europe/Berlin', dst: 'skip' }), 1],
    ['another zone', cron('30 2 * * *', { timeZone: 'Europe/Paris' }), 1],
    ['another policy', cron('30 2 * * *', { timeZone: 'Europe/Berlin', misfire: 'skip' }), 1],
    ['another jitter', cron('30 2 * * *', { timeZone: 'Europe/Berlin', jitter: '1m' }), 1],
    ['the same', cron(' 30  2 * * * ', { timeZone: 'Europe/Berlin', dst: 'debian' }), 0],
  ])('is one with the same options: %s', async (_which, schedule, count) => {
    const { recorder, task } = await started(cron('30 2 * * *', { timeZone: 'Europe/Berlin' }))
    task.reschedule(schedule)

    expect(recorder.of('task.rescheduled')).toHaveLength(count)
  })

  it('that asks for a run at once, or for a single run, starts anew', async () => {
    const { clock, task, starts } = await started(every('10s', { immediate: true }))
    await clock.advance('3s')
    task.reschedule(every('10s', { immediate: true }))
    await clock.advance('3s')
    task.reschedule(schedules.once({ after: '5s', keep: true }))
    await clock.advance('3s')
    task.reschedule(schedules.once({ after: '5s', keep: true }))
    await clock.advance('10s')

    expect(starts()).toEqual([0, 3, 14])
  })
})

describe('reschedules that come faster than the slots, so that no run comes', () => {
  const alternating = [every('10s', { ...later, catchUp: '5s' }), every('10s', later)]

  it('make the task stale, and explain() says why', async () => {
    const { clock, recorder, supervisor, task, starts } = await started(every('10s', later))
    await clock.advance('10s')
    expect(task.health().status).toBe('healthy')
    for (let second = 0; second < 90; second += 1) {
      task.reschedule(alternating[second % 2] ?? every('10s'))
      await clock.advance('1s')
    }

    expect(starts()).toEqual([10])
    expect(recorder.of('health.changed').map(({ to }) => to)).toEqual(['healthy', 'degraded', 'unhealthy'])
    expect(recorder.of('rule.opened').map(({ rule }) => rule)).toEqual(['stale'])
    expect(supervisor.explain('a').lints).toEqual([
      {
        lint: 'postponed',
        text: 'It was rescheduled 90 times before its next run was due, and each reschedule() counts from its call. So no run comes. Call it less often, or only when the schedule changes: an equal schedule changes nothing.',
      },
    ])
    await clock.advance('15s')
    expect(task.health().status).toBe('healthy')
    expect(supervisor.explain('a').lints).toEqual([])
  })

  it('leave the task healthy until the longest wait of these schedules is over', async () => {
    const { clock, recorder, supervisor, task } = await started(every('5m', later))
    await clock.advance('4m')
    task.reschedule(every('10m', later))
    await clock.advance('8m')
    task.reschedule(every('1d', { anchor: 'start', first: 'after-period' }))
    await clock.advance('8h')
    task.reschedule(every('1h', later))
    await clock.advance('50m')

    expect(recorder.of('health.changed')).toEqual([])
    expect(supervisor.explain('a').lints).toEqual([])
    await clock.advance('20m')
    expect(task.health().status).toBe('healthy')
  })

  it('say nothing of a paused task', async () => {
    const { clock, recorder, task, supervisor } = await started(every('10s', later))
    task.pause()
    for (let second = 0; second < 90; second += 1) {
      task.reschedule(alternating[second % 2] ?? every('10s'))
      await clock.advance('1s')
    }

    expect(recorder.of('health.changed')).toEqual([])
    expect(supervisor.explain('a').lints).toEqual([])
  })
})
