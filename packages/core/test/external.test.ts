import { describe, expect, it } from 'vitest'
import type { ExternalOptions } from '../src/index.ts'
import { cron, every, loop, manual, schedules } from '../src/index.ts'
import { consoleLines, deferred, setUp } from './supervised.ts'

const minute = 60_000

/** A task that a host runs at every full minute, from 00:00:00. */
async function started(options: Partial<ExternalOptions> = {}) {
  const scene = setUp({ startAt: '2026-01-01T00:00:00Z' })
  const task = scene.supervisor.external({
    name: 'job',
    expects: cron('* * * * *', { timeZone: 'UTC' }),
    ...options,
  })
  await scene.supervisor.start()
  const { recorder, clock } = scene
  const told = (): unknown[] =>
    recorder.events.flatMap((event): unknown[] => {
      if (event.type === 'run.started') return [[event.trigger, seconds(event.scheduledAt)]]
      if (event.type === 'run.skipped')
        return [['skipped', event.reason, event.count, seconds(event.scheduledAt)]]
      if (event.type === 'run.missed')
        return [['missed', event.count, seconds(event.from), seconds(event.to)]]
      return []
    })
  const start = Date.parse('2026-01-01T00:00:00Z')
  const seconds = (at: number | undefined): number | undefined =>
    at === undefined ? undefined : (at - start) / 1_000
  /** Lets the host run the task at these seconds. */
  const runAt = async (...times: readonly number[]): Promise<void> => {
    for (const at of times) {
      await clock.advance(start + at * 1_000 - clock.now())
      task.begin().end()
    }
  }
  const until = async (at: number): Promise<void> => clock.advance(start + at * 1_000 - clock.now())
  return { ...scene, task, told, runAt, until }
}

describe('an expected run', () => {
  it('takes the newest slot that has come, also when the host is a little early or late', async () => {
    const { told, runAt, task } = await started()
    await runAt(59.5, 60.5, 120, 195, 200)

    expect(told()).toEqual([
      ['schedule', 60],
      ['call', undefined],
      ['schedule', 120],
      ['schedule', 180],
      ['call', undefined],
    ])
    expect(task.metrics()).toMatchObject({ missed: 0, lastLatenessMs: 15_000 })
  })

  it('that does not begin is missed once its grace is over', async () => {
    const { told, until, task, clock } = await started()
    expect(task.nextRunAt).toBe(clock.now() + minute)
    await until(89.999)
    expect(told()).toEqual([])
    await until(90)
    expect(told()).toEqual([['missed', 1, 60, 60]])
    await until(200)
    expect(told()).toEqual([
      ['missed', 1, 60, 60],
      ['missed', 1, 120, 120],
    ])
  })

  it('belongs to a later slot than those that are still open', async () => {
    const { told, runAt, until } = await started({ expects: cron('*/10 * * * * *', { timeZone: 'UTC' }) })
    await runAt(31, 32)
    await until(45)

    expect(told()).toEqual([
      ['schedule', 30],
      ['schedule', 20],
      ['missed', 1, 10, 10],
    ])
  })

  it('is not expected while the host is paused, and what is open then is skipped', async () => {
    const { told, until, task, runAt } = await started()
    await until(65)
    task.hostPaused('by an operator')
    await until(250)
    expect(task).toMatchObject({ paused: true, pauseReason: 'by an operator' })
    task.hostResumed()
    await runAt(300)

    expect(told()).toEqual([
      ['skipped', 'paused', 1, 60],
      ['skipped', 'paused', 1, 120],
      ['skipped', 'paused', 1, 180],
      ['skipped', 'paused', 1, 240],
      ['schedule', 300],
    ])
    expect(task.health().status).toBe('healthy')
  })

  it('counts from the newest run for every(), so a host with a phase and a drift of its own is on time', async () => {
    const { told, clock, task, until } = await started({ expects: every('1m') })
    await until(25)
    for (let n = 0; n < 50; n += 1) {
      task.begin().end()
      await clock.advance(minute + 7)
    }
    expect(task.metrics()).toMatchObject({ started: 50, missed: 0 })
    expect(
      told()
        .slice(1, 50)
        .every((line) => (line as unknown[])[0] === 'schedule'),
    ).toBe(true)
  })
})

describe('a report of the host', () => {
  it('about a skipped slot counts instead of a miss, with the words of the host', async () => {
    const { told, until, task, recorder } = await started()
    await until(60)
    task.skipped('overlap')
    await until(119.9)
    task.skipped('the leader is elsewhere')
    await until(300)
    task.skipped('paused', 2)
    await until(301)

    expect(told()).toEqual([
      ['skipped', 'overlap', 1, 60],
      ['skipped', 'host', 1, 120],
      ['missed', 1, 180, 180],
      ['missed', 1, 240, 240],
      ['skipped', 'paused', 2, 300],
    ])
    expect(recorder.of('run.skipped')[1]?.detail).toBe('the leader is elsewhere')
  })

  it('about missed slots counts once', async () => {
    const { told, until, task } = await started()
    await until(61)
    task.missed(3)
    await until(100)

    expect(told()).toEqual([['missed', 1, 60, 60]])
  })

  it('is counted as it is if nothing is expected', async () => {
    const { told, task, until } = await started({ expects: undefined })
    await until(10)
    task.missed(3)
    task.skipped('overlap', 2)
    task.begin().end()

    expect(told()).toEqual([
      ['missed', 3, 10, 10],
      ['skipped', 'overlap', 2, undefined],
      ['call', undefined],
    ])
  })
})

describe('a host that dies', () => {
  it('makes its task degraded after the grace of a slot and unhealthy soon after', async () => {
    const { task, runAt, until } = await started({ host: 'node-cron' })
    await runAt(60, 120)
    await until(209.9)
    expect(task.health().status).toBe('healthy')
    await until(210.1)
    expect(task.health().status).toBe('degraded')
    await until(180 + 45)
    expect(task.health()).toMatchObject({
      status: 'unhealthy',
      reasons: [
        {
          rule: 'stale',
          reason: 'node-cron has not run it since 2026-01-01T00:02:00.000Z; 1 expected run is missing',
        },
      ],
    })
    await until(301)
    expect(task.health().reasons[0]?.reason).toBe(
      'node-cron has not run it since 2026-01-01T00:02:00.000Z; 3 expected runs are missing',
    )
    await runAt(310)
    // Its health has changed four times within minutes.
    expect(task.health().reasons).toMatchObject([{ rule: 'flapping' }])
  })

  it('before its first run is found, too', async () => {
    const { task, until } = await started({ expects: cron('0 3 * * *', { timeZone: 'UTC' }) })
    const slot = 3 * 3_600
    await until(slot + 299)
    expect(task.health().status).toBe('unknown')
    await until(slot + 450)
    expect(task.health()).toMatchObject({
      status: 'unhealthy',
      reasons: [{ reason: 'its host has never run it; 1 expected run is missing' }],
    })
  })

  it('is not found too early while a run is live', async () => {
    const { task, runAt, until } = await started()
    await runAt(60)
    await until(120)
    const run = task.begin()
    await until(209)
    expect(task.health().status).toBe('healthy')
    run.end()
    await until(239)
    expect(task.health().status).toBe('healthy')
  })

  it('has the grace that was given', async () => {
    const { task, until, told } = await started({ grace: '5s' })
    await until(65)
    expect(told()).toEqual([['missed', 1, 60, 60]])
    await until(67.5)
    expect(task.health().status).toBe('unhealthy')
  })
})

describe('a run of an external task', () => {
  it('ends once, with the error of the host', async () => {
    const { task, recorder } = await started({ expects: undefined })
    const failed = task.begin({ id: 7 })
    expect(failed.context).toMatchObject({ trigger: 'call', input: { id: 7 }, attempt: 1 })
    failed.context.beat('half')
    failed.end('no error object')
    failed.end()
    task.begin().end(null)

    expect(recorder.of('run.ended').map(({ outcome, error }) => [outcome, error?.message])).toEqual([
      ['failed', expect.stringContaining('no error object')],
      ['succeeded', undefined],
    ])
    expect(task.metrics().outcomes).toMatchObject({ failed: 1, succeeded: 1 })
  })

  it('has a context with units and a signal that the host can abort', async () => {
    const { task, recorder, clock } = await started({ expects: undefined })
    const controller = new AbortController()
    const ended = task
      .run(
        async ({ signal, unit }) => {
          await unit('message', () => 1)
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          signal.throwIfAborted()
        },
        { signal: controller.signal },
      )
      .catch((error: unknown) => error)
    await clock.advance(0)
    controller.abort()
    await clock.advance(0)

    expect(await ended).toMatchObject({ name: 'RunAbortedError', abortedFor: 'asked' })
    expect(recorder.of('unit.ended')).toHaveLength(1)
    expect(recorder.of('run.ended')).toMatchObject([{ outcome: 'cancelled' }])
  })

  it('is not tracked while the task is paused, and its code works all the same', async () => {
    const { task, told } = await started({ expects: undefined })
    task.pause()
    const { context, end } = task.begin()
    context.beat()
    expect(await context.unit('a', () => 3)).toBe(3)
    expect([context.signal.aborted, context.runId]).toEqual([false, ''])
    end(new Error('ignored'))
    end()

    expect(told()).toEqual([['skipped', 'paused', 1, undefined]])
    expect(task.metrics().started).toBe(0)
  })

  it('that begins while its host is paused counts', async () => {
    const { task, told, until } = await started()
    task.pause('stopped by the host')
    await until(61)
    task.begin().end()

    expect(told()).toEqual([
      ['skipped', 'paused', 1, 60],
      ['call', undefined],
    ])
  })

  it('is not expected while enabled() says no', async () => {
    let isRunning = false
    const { task, told, until, runAt } = await started({ enabled: () => isRunning })
    await until(200)
    isRunning = true
    await runAt(240)

    expect(told()).toEqual([
      ['skipped', 'standby', 1, 60],
      ['skipped', 'standby', 1, 120],
      ['skipped', 'standby', 1, 180],
      ['schedule', 240],
    ])
    expect(task.health().status).toBe('healthy')
  })

  it('has annotations on its later events', async () => {
    const { task, recorder } = await started()
    const { context, end } = task.begin()
    context.annotate({ 'job.id': '7' })
    end()

    expect(recorder.of('run.ended')[0]?.annotations).toEqual({ 'job.id': '7' })
  })

  it('ends by itself after the task was unregistered, whose name is free at once', async () => {
    const { supervisor, task, clock, recorder } = await started()
    const { context, end } = task.begin()
    const gone = task.unregister()
    const next = supervisor.external({ name: 'job' })
    const second = next.begin()
    await gone
    await clock.advance(60_000)
    expect(context.aborted).toBe(true)
    end()
    second.end(new Error('second'))
    const third = task.begin() // the removed one
    third.end()

    expect(recorder.of('run.ended').map(({ outcome, info }) => [outcome, info.schedule.kind])).toEqual([
      ['succeeded', 'cron'],
      ['failed', 'call'],
    ])
    expect(recorder.of('task.unregistered')).toHaveLength(1)
    expect([next.metrics().started, next.state]).toEqual([1, 'waiting'])
    expect(await supervisor.stop()).toMatchObject({ exitCode: 0, abandoned: [] })
  })

  it('before the start and after the stop is not an error', async () => {
    const { supervisor, recorder } = setUp()
    const task = supervisor.external({ name: 'job', expects: every('1m') })
    task.begin().end()
    task.skipped('overlap')
    const late = task.begin()
    await supervisor.start()
    const stopping = supervisor.stop()
    late.end()
    await stopping
    late.end()
    const after = task.begin()
    after.context.beat()
    after.end(new Error('late'))

    expect(recorder.of('run.ended')).toHaveLength(2)
    expect(task.metrics().afterQuiet).toBe(1)
  })

  it('in the synchronous part of another run begins right after it, with all that was asked of it', async () => {
    const { supervisor, clock, task, recorder } = await started({ expects: undefined })
    let seen: unknown
    const outer = supervisor.register({
      name: 'outer',
      schedule: manual(),
      run: () => {
        const { context, end } = task.begin('input')
        const { signal } = context
        context.beat()
        seen = [context.runId, context.input, signal.aborted]
        void context.sleep('1s').then(() => end())
      },
    })
    const result = outer.trigger()
    await clock.advance(1_000)
    await result

    expect(seen).toEqual(['', 'input', false])
    expect(recorder.of('run.ended', 'job')).toMatchObject([{ outcome: 'succeeded' }])
  })
})

describe('wrap()', () => {
  it('keeps the name, the length and the behavior of the function, once per function', async () => {
    const { task, recorder } = await started({ expects: undefined })
    function work(this: { by: number }, a: number, _b?: unknown, _c?: unknown): number {
      if (a < 0) throw new RangeError('negative')
      return a * this.by
    }
    const wrapped = task.wrap(work)

    expect([wrapped.name, wrapped.length]).toEqual(['work', 3])
    expect(wrapped.call({ by: 2 }, 4)).toBe(8)
    expect(() => wrapped.call({ by: 2 }, -1)).toThrow(new RangeError('negative'))
    expect(task.wrap(work)).toBe(wrapped)
    expect(task.wrap(wrapped)).toBe(wrapped)
    expect(recorder.of('run.ended').map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed'])
  })

  it('takes the input and the signal from the arguments, and survives faults of that', async () => {
    const lines = consoleLines()
    const { supervisor, clock, recorder } = setUp({ observers: undefined })
    const task = supervisor.external({ name: 'job' })
    await supervisor.start()
    const controller = new AbortController()
    const work = task.wrap(
      async (id: number, signal: AbortSignal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        throw new Error(`aborted ${id}`)
      },
      {
        input: () => {
          throw new Error('input failed')
        },
        signal: (_id, signal) => signal,
      },
    )
    const ended = work(1, controller.signal).catch((error: Error) => error.message)
    controller.abort()
    await clock.advance(0)

    expect(await ended).toBe('aborted 1')
    expect(task.lastRun?.outcome).toBe('cancelled')
    expect(recorder.of('run.ended')).toEqual([])
    expect(lines.join()).toContain('the option input of wrap() failed: Error: input failed')
  })
})

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
      ['skipped', 'paused', 1, 60],
      ['manual', undefined],
      ['schedule', 90],
    ])
  })

  it('refuses what it cannot do', async () => {
    const { task } = await started({ control: {} })

    expect(await task.trigger()).toEqual({ started: false, reason: 'external' })
    expect(await task.restart()).toEqual({ restarted: false, reason: 'external' })
    expect(() => task.reschedule(every('5m'))).toThrow(
      "Expected `schedule` to be a schedule that a task of kind 'cron' can change to, got 'every 5m'",
    )
  })

  it('may fail: that is reported and goes no further', async () => {
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
    const late = task.begin() // the host still runs it
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

  it('goes on without a host that does not stop, and names it', async () => {
    const { supervisor, clock } = await started({ control: { stop: () => new Promise(() => {}) } })
    const stopping = supervisor.stop({ deadline: '9s' })
    await clock.advance(9_000)

    expect(await stopping).toMatchObject({
      exitCode: 1,
      classes: [{ priority: 'normal', tasks: ['job'], abandoned: ['job'] }],
    })
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

describe('a connection', () => {
  const connection = { expects: loop(), host: 'the gateway' }

  it('is up and down, and one generation follows the other', async () => {
    const { task, until, recorder } = await started(connection)
    await until(3)
    task.up()
    task.up()
    await until(6)
    expect(task.health().status).toBe('healthy')
    task.down(new Error('reset'))
    task.down()
    await until(10)
    task.up()

    expect(recorder.of('run.started').map(({ generation }) => generation)).toEqual([1, 2])
    expect(recorder.of('run.ended')).toMatchObject([{ outcome: 'failed', error: { message: 'reset' } }])
    expect(recorder.of('run.ready')).toHaveLength(2)
  })

  it('that stays down is degraded, then unhealthy, with the error as the reason', async () => {
    const { task, until } = await started(connection)
    task.up()
    await until(20)
    task.down(new Error('reset by peer'))
    await until(31)
    expect(task.health().status).toBe('degraded')
    await until(141)
    expect(task.health()).toMatchObject({
      status: 'unhealthy',
      reasons: [{ rule: 'not-running', reason: 'has been down for 2 min, limit 2 min: reset by peer' }],
    })
    task.up()
    await until(142)
    expect(task.health().status).toBe('healthy')
  })

  it('that has never come up says so', async () => {
    const { task, until } = await started(connection)
    await until(121)
    expect(task.health().reasons).toMatchObject([{ reason: 'has not come up for 2 min, limit 2 min' }])
    task.down(new Error('no route'))
    expect(task.health().reasons).toMatchObject([
      { reason: 'has not come up for 2 min, limit 2 min: no route' },
    ])
  })

  it('that goes up and down all the time is degraded', async () => {
    const { task, until } = await started(connection)
    for (let n = 0; n < 7; n += 1) {
      await until(10 * n)
      task.up()
      await until(10 * n + 9)
      task.down()
    }
    task.up()
    expect(task.health()).toMatchObject({ status: 'degraded', reasons: [{ rule: 'restarts' }] })
  })

  it('of a task with runs of its own is down besides, and the runs count on', async () => {
    const { task, until } = await started({ expects: undefined })
    task.begin().end()
    task.up()
    task.down(new Error('ECONNREFUSED'))
    task.down()
    task.begin().end()
    await until(11)
    expect(task.health()).toMatchObject({
      status: 'degraded',
      reasons: [{ rule: 'not-running', reason: 'has been down for 11 s, limit 10 s: ECONNREFUSED' }],
    })
    await until(121)
    expect(task.health().status).toBe('unhealthy')
    task.up()
    expect(task.health()).toMatchObject({ reasons: [] })
    expect(task.metrics().started).toBe(2)
  })
})

describe('the options of an external task', () => {
  it.each([
    [
      { expects: manual() },
      /Expected `expects` to be every\(…\), cron\(…\), schedules.once\(…\) or loop\(\)/,
    ],
    [{ expects: schedules.delay('1m') }, /Expected `expects` to be every/],
    [{ expects: '1m' }, /Expected `expects` to be a schedule such as every/],
    [{ grace: -1 }, /`grace`/],
    [{ host: '' }, /`host`/],
    [{ control: { stop: 1 } }, /`control.stop` to be a function/],
    [{ control: { halt: () => {} } }, /Unknown option 'halt' of `control`/],
    [{ expect: every('1m') }, /Did you mean 'expects'/],
    [{ timeout: '1m' }, /Unknown option 'timeout' of `external`/],
  ])('%o is refused', (options, message) => {
    const { supervisor } = setUp()

    expect(() => supervisor.external({ name: 'job', ...options } as never)).toThrow(message)
    expect(supervisor.task('job')).toBeUndefined()
  })

  it.each([
    ['skipped', [''], /`reason`/],
    ['skipped', ['overlap', 0], /`count`/],
    ['missed', [1.5], /`count`/],
    ['wrap', [1], /`fn` to be a function/],
    ['run', [undefined], /`fn` to be a function/],
    ['begin', [1, { signal: 1 }], /`begin.signal` to be an AbortSignal/],
  ] as const)('%s(%o) is refused', async (method, args, message) => {
    const { task } = await started()

    expect(() => (task[method] as (...all: unknown[]) => unknown)(...args)).toThrow(message)
  })
})
