import { describe, expect, it } from 'vitest'
import type { Schedule, Task, TaskOptions } from '../src/index.ts'
import { cron, every, manual, schedules } from '../src/index.ts'
import { setUp } from './supervised.ts'

async function started(options: Partial<TaskOptions> = {}) {
  const scene = setUp()
  const task = scene.supervisor.register({ name: 'a', run: () => {}, ...options })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  const began = scene.clock.now()
  const starts = () => scene.recorder.of('run.started', 'a').map(({ at }) => (at - began) / 1_000)
  return { ...scene, task, starts }
}

async function selfRescheduling(
  schedule: Schedule,
  next: () => Schedule,
  run: TaskOptions['run'] = () => {},
): Promise<Awaited<ReturnType<typeof started>>> {
  let task: Task | undefined
  const scene = await started({
    schedule,
    run: (context) => {
      task?.reschedule(next())
      return run(context)
    },
  })
  task = scene.task
  return scene
}

const from30 = Array.from({ length: 20 }, (_, index) => 30 * (index + 1))

describe('a run that reschedules its own task', () => {
  it.each<[string, () => Schedule]>([
    ['every 30s', () => every('30s')],
    ['a delay of 30s', () => schedules.delay('30s')],
    ['every 30s from the epoch', () => every('30s', { anchor: 'epoch' })],
    ['once after 30s', () => schedules.once({ after: '30s', keep: true })],
    ['every 30s, first after its period', () => every('30s', { first: 'after-period' })],
  ])('to %s runs each 30 s', async (_which, next) => {
    const { clock, starts } = await selfRescheduling(
      every('30s', { first: 'after-period', immediate: true }),
      next,
    )

    await clock.advance('10m')

    expect(starts()).toEqual(from30)
  })

  it('runs 20 times in 10 min with the defaults of every', async () => {
    const { clock, starts } = await selfRescheduling(every('30s'), () => every('30s'))

    await clock.advance('10m')

    expect(starts()).toHaveLength(20)
    expect(starts()[0]).toBeLessThan(10)
    expect(starts().map((at) => Math.floor(at / 30))).toEqual(from30.map((at) => at / 30 - 1))
    expect(new Set(starts().map((at) => (at % 30).toFixed(3))).size).toBe(1)
  })

  it('counts from the call, so a call at the end of a run waits a whole period from there', async () => {
    let task: Task | undefined
    let calls = 0
    const scene = await started({
      schedule: every('30s', { immediate: true }),
      run: async ({ sleep }) => {
        await sleep('5s')
        calls += 1
        task?.reschedule(calls % 2 === 0 ? every('30s') : every('40s'))
      },
    })
    task = scene.task
    await scene.clock.advance('3m')

    expect(scene.starts()).toEqual([0, 45, 80, 125, 160])
  })

  it('keeps its jitter within the new period', async () => {
    let calls = 0
    const { clock, starts, recorder } = await selfRescheduling(every('30s', { immediate: true }), () => {
      calls += 1
      return every('30s', { jitter: '6s', catchUp: calls % 2 === 0 ? '20s' : '30s' })
    })

    await clock.advance('10m')

    const gaps = starts().map((at, index) => at - (starts()[index - 1] ?? 0))
    expect(gaps.slice(1).every((gap) => gap >= 30 && gap < 36)).toBe(true)
    expect(new Set(gaps).size).toBeGreaterThan(5)
    expect(recorder.of('run.started').every(({ latenessMs }) => latenessMs === 0)).toBe(true)
  })
})

describe('a reschedule from outside a run', () => {
  it('waits a period, and the spread that keeps tasks apart', async () => {
    const { clock, recorder, supervisor } = setUp()
    const tasks = Array.from({ length: 20 }, (_, index) =>
      supervisor.register({ name: `task-${index}`, schedule: manual(), run: () => {} }),
    )
    await supervisor.start()
    for (const task of tasks) task.reschedule(every('30s'))
    const began = clock.now()

    await clock.advance('70s')

    const first = tasks.map(({ name }) => (recorder.of('run.started', name)[0]?.at ?? 0) - began)
    expect(first.every((ms) => ms >= 30_000 && ms < 40_000)).toBe(true)
    expect(new Set(first).size).toBeGreaterThan(15)
  })

  it.each<[string, Schedule, number[]]>([
    ['every', every('30s', { immediate: true }), [0, 30, 60]],
    ['every', every('30s', { immediate: true, first: 'at-once' }), [0, 30, 60]],
    ['a delay', schedules.delay('30s', { immediate: true }), [0, 30, 60]],
    ['every after its period', every('30s', { immediate: true, first: 'after-period' }), [30, 60]],
    [
      'a delay after its period',
      schedules.delay('30s', { immediate: true, first: 'after-period' }),
      [30, 60],
    ],
  ])('to %s runs at once only if asked to', async (_which, schedule, expected) => {
    const { clock, starts, task } = await started({ schedule: manual() })
    task.reschedule(schedule)

    await clock.advance('1m')

    expect(starts()).toEqual(expected)
  })

  it('to a delay waits a period without any run before', async () => {
    const { clock, starts, task } = await started({ schedule: manual() })
    task.reschedule(schedules.delay('30s'))

    await clock.advance('29s')
    expect(starts()).toEqual([])
    await clock.advance('11s')
    expect(starts()).toHaveLength(1)
  })

  it('to slots of the epoch or of cron waits for the next of them', async () => {
    const { clock, starts, task } = await started({ schedule: manual() })
    await clock.advance('10s')
    task.reschedule(every('1h'))
    await clock.advance('90m')
    task.reschedule(cron('0 * * * *', { timeZone: 'UTC' }))
    await clock.advance('1h')

    expect(starts()).toEqual([3_600, 7_200])
  })

  it('while paused counts from the call and not from resume', async () => {
    const { clock, starts, task } = await started({ schedule: every('10s', { immediate: true }) })
    task.pause()
    await clock.advance('5s')
    task.reschedule(every('20s', { immediate: true, first: 'after-period' }))
    await clock.advance('7s')
    task.resume()
    await clock.advance('30s')

    expect(starts()).toEqual([0, 25])
  })

  it('before the start decides how the task starts: at once', async () => {
    const { clock, supervisor, recorder } = setUp()
    const task = supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
    task.reschedule(every('30s'))
    await supervisor.start()

    await clock.advance('10s')

    expect(recorder.of('run.started')).toHaveLength(1)
  })
})

describe('a run that reschedules its task to a single run', () => {
  it.each([
    ['synchronous', () => {}],
    ['asynchronous', ({ sleep }: Parameters<TaskOptions['run']>[0]) => sleep('5s')],
  ])('does not finish the task by its own success: %s', async (_how, run) => {
    let calls = 0
    let task: Task | undefined
    const scene = await started({
      schedule: every('1m', { immediate: true, first: 'after-period' }),
      run: (context) => {
        calls += 1
        if (calls === 1) task?.reschedule(schedules.once({ after: '30s' }))
        return run(context)
      },
    })
    task = scene.task
    await scene.clock.advance('5m')

    expect(scene.starts()).toEqual([60, 90])
    expect(scene.recorder.of('task.stopped')).toMatchObject([{ reason: 'finished' }])
  })
})
