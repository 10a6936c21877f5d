import { describe, expect, it } from 'vitest'
import type { TaskOptions } from '../src/index.ts'
import { cron, every, loop, manual, schedules } from '../src/index.ts'
import { ignoring, setUp, untilAborted } from './supervised.ts'

async function started(options: Partial<TaskOptions> = {}) {
  const scene = setUp()
  const task = scene.supervisor.register({ name: 'a', run: () => {}, ...options })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  const began = scene.clock.now()
  const starts = () => scene.recorder.of('run.started').map(({ at }) => (at - began) / 1_000)
  return { ...scene, task, starts }
}

describe('pause', () => {
  it('of a schedule lets the active run continue and skips its slots', async () => {
    const { clock, recorder, task, starts } = await started({
      schedule: every('10s', { immediate: true }),
      run: ({ sleep }) => sleep('2s'),
    })
    task.pause('upstream is down')
    expect(task).toMatchObject({ paused: true, pauseReason: 'upstream is down', pausedAt: clock.now() })
    expect(task.state).toBe('running')

    await clock.advance(35_000)
    expect(task.metrics().outcomes.succeeded).toBe(1)
    task.resume()
    await clock.advance(10_000)

    expect(starts()).toEqual([0, 40])
    expect(recorder.of('run.skipped').map(({ reason, count }) => [reason, count])).toEqual([
      ['paused', 1],
      ['paused', 1],
      ['paused', 1],
    ])
    expect(recorder.of('run.missed')).toEqual([])
    expect(task).toMatchObject({ paused: false, pauseReason: undefined, pausedAt: undefined })
  })

  it('of a loop aborts its run and counts no restart; resume starts it immediately with a full budget', async () => {
    const { clock, recorder, task, starts } = await started({ schedule: loop(), run: untilAborted })

    task.pause()
    await clock.advance(60_000)
    expect(recorder.of('run.ended')).toMatchObject([{ outcome: 'cancelled', abortedFor: 'paused' }])
    expect(task.state).toBe('waiting')
    task.resume()
    await clock.advance(60_000)

    expect(starts()).toEqual([0, 60])
    expect(recorder.of('restart.scheduled')).toEqual([])
    expect(recorder.of('run.started')[1]?.trigger).toBe('startup')
    expect(task.restartsLeft()).toBe(10)
  })

  it('of a loop whose run ends slowly delays the next run until it has ended', async () => {
    const { clock, task, starts } = await started({
      schedule: loop(),
      run: async ({ sleep }) => {
        await sleep('1d')
        await new Promise<void>((resolve) => void clock.timer(resolve, 2_000))
      },
    })
    task.pause()
    task.resume()
    expect(task.active()).toHaveLength(1)

    await clock.advance(2_000)

    expect(starts()).toEqual([0, 2])
    expect(task.metrics().outcomes).toMatchObject({ cancelled: 1, failed: 0 })
  })

  it('of a loop in backoff cancels the restart', async () => {
    let isUp = false
    const { clock, task, starts } = await started({
      schedule: loop(),
      run: (context) => (isUp ? untilAborted(context) : Promise.reject(new Error('down'))),
    })
    expect(task.state).toBe('backing-off')

    task.pause()
    await clock.advance(600_000)
    expect(starts()).toEqual([0])
    expect(task.nextRestartAt).toBeUndefined()
    isUp = true
    task.resume()

    expect(starts()).toEqual([0, 600])
    expect(task.state).toBe('running')
  })

  it('of a delay continues at the next slot after resume', async () => {
    const { clock, task, starts } = await started({ schedule: schedules.delay('10s', { immediate: true }) })
    await clock.advance(5_000)
    task.pause()
    await clock.advance(60_000)

    task.resume()
    await clock.advance(30_000)

    expect(starts()).toEqual([0, 70, 80, 90])
  })

  it('suspends time-based rules, which start again after resume', async () => {
    const { clock, recorder, task } = await started({ schedule: every('1m', { immediate: true }) })
    await clock.advance(120_000)
    expect(task.health().status).toBe('healthy')
    recorder.clear()

    task.pause()
    await clock.advance(3 * 3_600_000)
    expect(recorder.of('health.changed')).toEqual([])
    task.resume()
    await clock.advance(120_000)

    expect(recorder.of('health.changed')).toEqual([])
    expect(task.health().status).toBe('healthy')
  })

  it('is reported once, has no effect if repeated, and none on an unregistered task', async () => {
    const { recorder, task, supervisor } = await started({ schedule: manual() })
    task.pause('first')
    task.pause('first')
    task.pause()
    task.resume()
    task.resume()
    await task.unregister()
    task.pause()
    supervisor.register({ name: 'a', run: () => {} })
    task.pause()
    task.resume()

    expect(recorder.of('task.paused').map(({ reason }) => reason)).toEqual(['first'])
    expect(recorder.of('task.resumed')).toHaveLength(1)
    expect(supervisor.task('a')?.paused).toBe(false)
  })

  it('before the start keeps a task paused from the start on', async () => {
    const { clock, supervisor, recorder } = setUp()
    const task = supervisor.register({ name: 'a', schedule: loop(), run: untilAborted })
    task.pause()
    await supervisor.start()
    await clock.advance(60_000)
    expect(recorder.of('run.started')).toEqual([])

    task.resume()

    expect(task.state).toBe('running')
  })
})

describe('reschedule', () => {
  it('keeps the active run, drops the pending slot and counts from now', async () => {
    const { clock, recorder, task, starts } = await started({
      schedule: every('1m', { immediate: true }),
      run: ({ sleep }) => sleep('5s'),
    })
    await clock.advance(62_000)
    task.reschedule(every('10s', { immediate: true, first: 'after-period' as const, anchor: 'start' }))
    expect(task.state).toBe('running')

    await clock.advance(20_000)

    expect(starts()).toEqual([0, 60, 72, 82])
    expect(task.metrics().outcomes).toMatchObject({ succeeded: 3, cancelled: 0 })
    expect(recorder.of('task.rescheduled')).toMatchObject([{ schedule: { kind: 'every', periodMs: 10_000 } }])
    expect(recorder.of('run.skipped')).toEqual([])
  })

  it('switches between all kinds except loops', async () => {
    const { clock, task, starts } = await started({ schedule: manual() })
    task.reschedule(every('10s', { immediate: true }))
    await clock.advance(10_000)
    expect(starts()).toEqual([0, 10])
    task.reschedule(schedules.delay('20s', { immediate: true, first: 'after-period' }))
    await clock.advance(20_000)
    expect(starts()).toEqual([0, 10, 30])
    task.reschedule(cron('* * * * *', { timeZone: 'UTC' }))
    await clock.advance(30_000)
    expect(starts()).toEqual([0, 10, 30, 60])
    task.reschedule(schedules.once({ after: '1s', keep: true }))
    await clock.advance(1_000)
    expect(task.state).toBe('finished')
    task.reschedule(manual())
    await clock.advance(86_400_000)

    expect(starts()).toEqual([0, 10, 30, 60, 61])
    expect(task.state).toBe('waiting')
    expect(task.nextRunAt).toBeUndefined()
    expect(task.info.schedule.kind).toBe('manual')
  })

  it('waits for the run of a delay before it plans the next slot', async () => {
    const { clock, task, starts } = await started({
      schedule: schedules.delay('10s', { immediate: true }),
      run: ({ sleep }) => sleep('5s'),
    })
    task.reschedule(schedules.delay('1s', { immediate: true }))

    await clock.advance(6_000)

    expect(starts()).toEqual([0, 6])
  })

  it('throws for loops and invalid schedules and changes nothing', async () => {
    const { task, supervisor, recorder } = await started({ schedule: every('1m') })
    const gateway = supervisor.register({ name: 'gateway', schedule: loop(), run: ignoring })
    const { nextRunAt } = task
    recorder.clear()

    expect(() => task.reschedule(loop())).toThrow(
      "a task of kind 'every' can change to (to change to or from a loop, unregister() it and register() it again), got 'loop'",
    )
    expect(() => gateway.reschedule(every('1m'))).toThrow(
      "a task of kind 'loop' can change to (to change to or from a loop, unregister() it and register() it again), got 'every 1m'",
    )
    expect(() => task.reschedule('1m' as never)).toThrow('Expected `schedule` to be a schedule such as')

    expect(task).toMatchObject({ nextRunAt, schedule: { info: { kind: 'every' } } })
    expect(recorder.events).toEqual([])
  })

  it('of a paused task takes effect at resume', async () => {
    const { clock, task, starts } = await started({ schedule: every('10s', { immediate: true }) })
    task.pause()
    task.reschedule(every('20s', { immediate: true }))
    await clock.advance(30_000)
    task.resume()

    await clock.advance(10_000)

    expect(starts()).toEqual([0, 40])
  })

  it('before the start determines how the task is armed', async () => {
    const { clock, supervisor, recorder } = setUp()
    const task = supervisor.register({ name: 'a', schedule: every('1s', { immediate: true }), run: () => {} })
    task.reschedule(every('20s', { immediate: true }))
    expect(task.state).toBe('registered')
    await supervisor.start()

    await clock.advance(20_000)

    expect(recorder.of('run.started')).toHaveLength(2)
  })
})

describe('a fixed delay', () => {
  it('counts from the end of the run, whatever its outcome', async () => {
    let runs = 0
    const { clock, task, starts } = await started({
      schedule: schedules.delay('10s', { immediate: true }),
      timeout: '20s',
      run: ({ sleep }) => {
        runs += 1
        if (runs === 1) return sleep('3s')
        if (runs === 2) throw new Error('no')
        return sleep('1d')
      },
    })

    await clock.advance(60_000)

    expect(starts()).toEqual([0, 13, 23, 53])
    expect(task.metrics().outcomes).toMatchObject({ succeeded: 1, failed: 1, 'timed-out': 1 })
  })

  it('also counts from a manual run, and continues after an abandoned run', async () => {
    const { clock, task, starts } = await started({
      schedule: schedules.delay('10s', { first: 'after-period' }),
    })
    await clock.advance(5_000)
    await task.trigger()
    await clock.advance(10_000)
    expect(starts()).toEqual([5, 15])

    const stuck = await started({
      schedule: schedules.delay('10s', { immediate: true }),
      timeout: '1s',
      abortGrace: '1s',
      allowAbandoned: 1,
      run: ignoring,
    })
    await stuck.clock.advance(12_000)
    expect(stuck.starts()).toEqual([0, 12])
  })
})
