import { describe, expect, it } from 'vitest'
import { logText } from '../src/events/catalogue.ts'
import { cron, every } from '../src/index.ts'
import { started } from './external-scene.ts'
import { consoleLines, deferred, setUp } from './supervised.ts'

describe('the control of a host', () => {
  it('is asked to pause, resume, reschedule and run the task', async () => {
    const asked: unknown[] = []
    const { task, clock, until, told } = await started({
      control: {
        pause: (reason) => asked.push(['pause', reason]),
        resume: () => asked.push(['resume']),
        reschedule: ({ info }) => asked.push(['reschedule', info.text]),
        trigger: (input) => {
          asked.push(['trigger', input])
          setImmediate(() => task.run(() => 'done'))
        },
      },
    })
    task.pause('a break')
    task.pause('again')
    expect(await task.trigger()).toEqual({ started: false, reason: 'paused' })
    await until(61)
    task.resume()
    task.reschedule(cron('30 * * * * *', { timeZone: 'UTC' }))
    expect(task.schedule.info.startedBy).toBe('call')
    const result = task.trigger({ by: 'hand' })
    await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(0)
    expect(await result).toMatchObject({ started: true, outcome: 'succeeded' })
    await until(90)
    task.begin().end()

    expect(asked).toEqual([
      ['pause', 'a break'],
      ['resume'],
      ['reschedule', 'cron 30 * * * * * (UTC)'],
      ['trigger', { by: 'hand' }],
    ])
    expect(told()).toEqual([
      ['skipped', 'paused', 1, undefined], // the trigger
      ['skipped', 'paused', 1, 60],
      ['manual', undefined],
      ['schedule', 90],
    ])
  })

  it('is asked by an observer that pauses the task as soon as it is registered', async () => {
    const asked: unknown[] = []
    const { supervisor } = setUp()
    const seen: unknown[] = []
    supervisor.observe({
      name: 'pauses',
      onEvent({ type }) {
        if (type !== 'task.registered') return
        seen.push(supervisor.task('job'))
        supervisor.task('job')?.pause('not yet')
      },
    })
    const job = supervisor.external({ name: 'job', control: { pause: (reason) => asked.push(reason) } })

    expect(asked).toEqual(['not yet'])
    expect([job.paused, seen]).toEqual([true, [job]])
    expect(supervisor.task('job')).toBe(job)
  })

  it('refuses what it cannot do', async () => {
    const { task } = await started({ control: {} })

    expect(await task.trigger()).toEqual({ started: false, reason: 'external' })
    expect(await task.restart()).toEqual({ restarted: false, reason: 'external' })
    expect(() => task.reschedule(every('5m'))).toThrow(
      "Expected `schedule` to be unchanged: other code runs this task, and the option `control` has no function `reschedule`, got 'every 5m'",
    )
  })

  it('may fail: the error is reported and has no other effect', async () => {
    const lines = consoleLines()
    const { supervisor } = setUp({ observers: undefined })
    const fail = (): never => {
      throw new Error('the host is broken')
    }
    const control = {
      pause: fail,
      resume: async () => fail(),
      trigger: fail,
      stop: fail,
      reschedule: fail,
      nextRunAt: fail,
    }
    const task = supervisor.external({ name: 'job', expects: every('1m'), control, host: 'croner' })
    await supervisor.start()
    task.pause()
    task.resume()
    task.reschedule(every('2m'))
    expect(task.schedule.info.text).toBe('every 1m')
    expect(await task.trigger()).toEqual({ started: false, reason: 'external' })
    expect(await supervisor.stop()).toMatchObject({ exitCode: 0 })

    const text = lines.join('\n')
    for (const what of ['pause', 'resume', 'run', 'stop'])
      expect(text).toContain(`Task 'job': croner failed to ${what} it: Error: the host is broken`)
    expect(text).toContain('croner failed to change its schedule: Error: the host is broken')
  })

  it('gives no answer to a trigger: the handle does', async () => {
    const { task, clock } = await started({ control: { trigger: () => undefined }, grace: '5s' })
    const result = task.trigger()
    await clock.advance(5_000)

    expect(await result).toEqual({ started: false, reason: 'external' })
  })

  it('says when the task runs next, if nothing is expected', async () => {
    const { task } = await started({ expects: undefined, control: { nextRunAt: () => new Date(5) } })

    expect(task.nextRunAt).toBe(5)
  })
})

describe('a stop', () => {
  it('stops the host in the class of its task, and waits for it and for its runs', async () => {
    const order: string[] = []
    const stopped = deferred()
    const { supervisor, clock, task } = await started({
      priority: 'high',
      control: {
        stop: (deadline) => {
          order.push(`stop within ${deadline.getTime() - clock.now()}`)
          return stopped.promise
        },
      },
    })
    supervisor.external({ name: 'low', priority: 'low', control: { stop: () => order.push('low') } })
    const stopping = supervisor.stop()
    const late = task.begin()
    await clock.advance(2_000)
    expect(late.context.aborted).toBe(true)
    stopped.resolve()
    await clock.advance(1_000)
    late.end()
    await clock.advance(0)

    expect(await stopping).toMatchObject({ exitCode: 0, tookMs: 3_000, abandoned: [] })
    expect(order).toEqual(['low', 'stop within 10000'])
    expect(task.metrics()).toMatchObject({ started: 1, afterQuiet: 0 })
  })

  it('continues without a host that does not stop, and names it', async () => {
    const { supervisor, clock, recorder } = await started({ control: { stop: () => new Promise(() => {}) } })
    const stopping = supervisor.stop({ deadline: '9s' })
    await clock.advance(9_000)

    expect(await stopping).toMatchObject({
      exitCode: 1,
      classes: [{ priority: 'normal', tasks: ['job'], abandoned: ['job'] }],
    })
    expect(recorder.of('shutdown.ended').map(logText)).toEqual([
      'The supervisor stopped in 7 s, all runs ended; not stopped by their hosts in time: job',
    ])
  })

  it('names runs that do not end', async () => {
    const { supervisor, clock, task } = await started()
    task.begin()
    const stopping = supervisor.stop({ deadline: '9s' })
    await clock.advance(9_000)

    expect(await stopping).toMatchObject({ abandoned: [{ task: 'job' }] })
  })
})

describe('a stop after a task was removed', () => {
  it('waits for the runs of a task that was removed before, and names those that do not end', async () => {
    const { supervisor, clock, task, recorder } = await started()
    const first = task.begin()
    task.begin()
    await task.hostRemoved()
    const stopping = supervisor.stop({ deadline: '9s' })
    await clock.advance(3_000)
    first.end()
    await clock.advance(6_000)

    expect(await stopping).toMatchObject({
      exitCode: 1,
      tookMs: 7_000,
      abandoned: [{ task: 'job', ageMs: 7_000 }],
    })
    expect(recorder.of('run.ended').map(({ outcome }) => outcome)).toEqual(['succeeded', 'abandoned'])
  })

  it('ends at once when the last of those runs does', async () => {
    const { supervisor, clock, task } = await started()
    const run = task.begin()
    void task.unregister()
    const stopping = supervisor.stop()
    await clock.advance(1_000)
    run.end()
    await clock.advance(0)

    expect(await stopping).toMatchObject({ exitCode: 0, tookMs: 1_000 })
  })
})
