import { describe, expect, it } from 'vitest'
import type { Observer, TaskOptions } from '../src/index.ts'
import { every, InvalidOptionError, loop, manual } from '../src/index.ts'
import { consoleLines, deferred, ignoring, setUp, untilAborted } from './supervised.ts'

function endsIn(
  ms: number,
  clock: ReturnType<typeof setUp>['clock'],
  onAbort = (): void => {},
): TaskOptions['run'] {
  return async ({ sleep }) => {
    await sleep('300d')
    onAbort()
    await new Promise<void>((resolve) => void clock.timer(resolve, ms))
  }
}

describe('stop', () => {
  it('runs once for all callers, whatever their options, and works before the start', async () => {
    const { supervisor, recorder } = setUp()
    supervisor.register({ name: 'a', schedule: every('1s'), run: () => {} })

    const reports = await Promise.all([
      supervisor.stop({ reason: 'first' }),
      supervisor.stop({ reason: 'second' }),
    ])
    await supervisor[Symbol.asyncDispose]()

    expect(reports[0]).toBe(reports[1])
    expect(reports[0]).toMatchObject({
      reason: 'first',
      classes: [],
      abandoned: [],
      escalated: [],
      exitCode: 0,
    })
    expect(recorder.types()).toEqual([
      'task.registered',
      'shutdown.started',
      'task.stopped',
      'shutdown.ended',
    ])
    expect(supervisor.report()).toMatchObject({ phase: 'stopped', shutdown: reports[0] })
  })

  it('rejects invalid options without starting to stop', async () => {
    const { supervisor } = setUp()
    await supervisor.start()

    expect(() => supervisor.stop({ deadline: -1 })).toThrow('Expected `deadline` to be')
    expect(() => supervisor.stop({ deadlin: '5s' } as object)).toThrow(
      "Unknown option 'deadlin' of `stop`. Did you mean 'deadline'?",
    )
    expect(supervisor.ready().ok).toBe(true)
  })

  it('runs at the end of an `await using` block', async () => {
    const scene = setUp()
    {
      await using supervisor = scene.supervisor
      await supervisor.start()
    }
    expect(scene.recorder.types().at(-1)).toBe('shutdown.ended')
  })

  it('aborts with a reason that contains the deadline of the class', async () => {
    const { clock, supervisor } = setUp()
    let reason: unknown
    const task = supervisor.register({
      name: 'a',
      run: ({ signal }) =>
        new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => {
            reason = signal.reason
            resolve()
          }),
        ),
    })
    const result = task.trigger()
    await supervisor.stop({ classGrace: '4s' })

    expect(reason).toMatchObject({ abortedFor: 'shutdown', deadline: clock.now() + 4_000 })
    expect(await result).toMatchObject({ outcome: 'cancelled', error: undefined })
  })

  it('starts no run once it is quiet, and reports the runs it refuses', async () => {
    const { clock, supervisor, recorder } = setUp()
    supervisor.register({ name: 'slow', schedule: loop(), run: endsIn(8_000, clock) })
    supervisor.register({ name: 'ticks', schedule: every('1s', { immediate: true }), run: () => {} })
    const queued = supervisor.register({ name: 'queued', overlap: 'queue', run: endsIn(2_000, clock) })
    await supervisor.start()
    void queued.trigger()
    const waiting = queued.trigger()
    await clock.advance(0)
    recorder.clear()

    const stopping = supervisor.stop()
    await clock.advance(8_000)
    await stopping

    expect(recorder.of('run.started')).toEqual([])
    expect(await waiting).toEqual({ started: false, reason: 'stopping' })
    expect(recorder.of('shutdown.class-ended')).toMatchObject([
      { priority: 'normal', tookMs: 8_000, tasks: ['slow', 'queued'], abandoned: [] },
    ])
  })

  it('with drain lets runs end by themselves and aborts them when their time is almost over', async () => {
    const { clock, supervisor, recorder } = setUp()
    const short = supervisor.register({ name: 'short', run: ({ sleep }) => sleep('3s') })
    const long = supervisor.register({ name: 'long', run: ({ sleep }) => sleep('1d') })
    const results = [short.trigger(), long.trigger()]

    const stopping = supervisor.stop({ drain: true, classGrace: '10s' })
    await clock.advance(25_000)

    expect(await results[0]).toMatchObject({ outcome: 'succeeded', durationMs: 3_000 })
    expect(await results[1]).toMatchObject({ outcome: 'cancelled', durationMs: 5_000 })
    expect(await stopping).toMatchObject({ tookMs: 5_000, exitCode: 0 })
    expect(recorder.of('shutdown.started')[0]?.plan.map(({ tasks }) => tasks)).toEqual([
      [],
      ['short', 'long'],
      [],
      [],
    ])
  })

  it('waits for the load balancer, then for the HTTP server, while work continues', async () => {
    const { clock, supervisor, recorder } = setUp()
    const log: string[] = []
    supervisor.register({
      name: 'ticks',
      schedule: every('1s', { immediate: true }),
      run: () => void log.push(supervisor.ready().reasons.join()),
    })
    await supervisor.start()
    await clock.advance(0)
    log.length = 0

    const stopping = supervisor.stop({
      drainDelay: '2s',
      before: async () => {
        log.push('before')
        await new Promise<void>((resolve) => void clock.timer(resolve, 1_500))
        log.push(String(await supervisor.spawn('late', () => 'spawned').result()))
      },
    })
    await clock.advance(10_000)

    expect(log).toEqual(['stopping', 'before', 'stopping', 'stopping', 'spawned'])
    expect(await stopping).toMatchObject({ tookMs: 3_500 })
    expect(recorder.types().slice(-3)).toEqual(['task.stopped', 'task.stopped', 'shutdown.ended'])
  })

  it('is not blocked by a `before` that throws or never ends', async () => {
    const lines = consoleLines()
    const { supervisor } = setUp()
    const failing = () => Promise.reject(new Error('port'))
    expect(await supervisor.stop({ before: failing })).toMatchObject({ tookMs: 0, exitCode: 0 })
    expect(lines).toEqual(['[runwell] The `before` of stop() failed: Error: port'])

    const other = setUp()
    other.supervisor.register({ name: 'a', schedule: loop(), run: endsIn(2_900, other.clock) })
    await other.supervisor.start()
    await other.clock.advance(0)
    const stopping = other.supervisor.stop({ before: ignoring, drainDelay: '1h', deadline: '20s' })
    await other.clock.advance(20_000)
    const report = await stopping
    expect(report.exitCode).toBe(0)
    expect(report.tookMs).toBe(17_900)
  })

  it('stops dependencies after their dependants, in the class of the dependants', async () => {
    const { clock, supervisor } = setUp()
    const order: string[] = []
    const register = (name: string, options: Partial<TaskOptions>) =>
      supervisor.register({
        name,
        schedule: loop(),
        run: endsIn(1_000, clock, () => order.push(`${name} ${(clock.now() - began) / 1_000}`)),
        ...options,
      })
    register('db', { priority: 'low' })
    register('cache', { priority: 'low', dependsOn: ['db'] })
    register('api', { priority: 'high', dependsOn: ['cache'] })
    register('mail', { priority: 'normal' })
    await supervisor.start()
    await clock.advance(0)
    const began = clock.now()

    const stopping = supervisor.stop()
    await clock.advance(25_000)
    const report = await stopping

    expect(order).toEqual(['mail 0', 'api 1', 'cache 2', 'db 3'])
    expect(report.classes.map(({ priority, tasks }) => [priority, tasks])).toEqual([
      ['normal', ['mail']],
      ['high', ['db', 'cache', 'api']],
    ])
  })

  it('ends by its deadline and leaves each class its reserve, whatever the other classes do', async () => {
    for (const deadline of [25_000, 8_000, 2_000, 500, 0]) {
      const { clock, supervisor } = setUp()
      const aborted: string[] = []
      for (const priority of ['low', 'normal', 'high', 'critical'] as const) {
        const run = async (context: Parameters<TaskOptions['run']>[0]) => {
          await untilAborted(context)
          aborted.push(priority)
          await ignoring()
        }
        supervisor.register({ name: priority, priority, schedule: loop(), run })
      }
      await supervisor.start()
      await clock.advance(0)

      const stopping = supervisor.stop({ deadline })
      await clock.advance(deadline)
      const report = await stopping

      expect(aborted).toEqual(['low', 'normal', 'high', 'critical'])
      expect(report.tookMs).toBeLessThanOrEqual(deadline)
      expect(report.abandoned.map(({ task }) => task)).toEqual(aborted)
      if (deadline === 25_000) {
        expect(report.classes.map(({ tookMs }) => tookMs)).toEqual([10_000, 7_000, 3_000, 3_000])
      }
    }
  })

  it('reports each abandoned run with its owner and last beat', async () => {
    const { clock, supervisor } = setUp()
    supervisor.register({
      name: 'a',
      owner: 'feeds',
      priority: 'high',
      schedule: loop(),
      run: async ({ beat, sleep }) => {
        await sleep('10s')
        beat('page 3')
        await ignoring()
      },
    })
    await supervisor.start()
    await clock.advance(30_000)
    const [active] = supervisor.task('a')?.active() ?? []

    const stopping = supervisor.stop({ classGrace: '5s' })
    await clock.advance(5_000)

    expect((await stopping).abandoned).toEqual([
      {
        task: 'a',
        owner: 'feeds',
        priority: 'high',
        runId: active?.runId,
        ageMs: 35_000,
        endedLate: false,
        lastBeat: { agoMs: 25_000, note: 'page 3' },
      },
    ])
  })

  it('leaves nothing armed, even if an abandoned run settles afterwards', async () => {
    const { clock, supervisor, recorder } = setUp()
    const gate = deferred()
    supervisor.register({
      name: 'a',
      schedule: loop(),
      timeout: '20d',
      run: () => gate.promise,
    })
    supervisor.register({ name: 'b', schedule: every('1s', { immediate: true }), run: () => {} })
    await supervisor.start()
    await clock.advance(30_000)
    const stopping = supervisor.stop({ deadline: '5s' })
    await clock.advance(5_000)
    await stopping
    expect(clock.pending).toBe(0)

    gate.resolve()
    await clock.advance(0)
    await supervisor.task('b')?.trigger()
    supervisor.task('b')?.pause()
    supervisor.task('b')?.resume()
    await supervisor.task('b')?.unregister()

    expect(clock.pending).toBe(0)
    expect(recorder.types().slice(-2)).toEqual(['shutdown.ended', 'run.settled-late'])
  })
})

describe('a second signal', () => {
  it('refuses to hurry by what is not a duration, and goes on as before', async () => {
    const { clock, supervisor } = setUp()
    supervisor.register({ name: 'a', run: ignoring, abortGrace: '1s' })
    await supervisor.start()
    void supervisor.task('a')?.trigger()
    const stopped = supervisor.stop()

    expect(() => supervisor.hurry(Number.NaN)).toThrow(InvalidOptionError)
    expect(() => supervisor.hurry('soon' as '1s')).toThrow('`hurry` to be a duration')
    supervisor.hurry('500ms')
    await clock.advance('500ms')

    expect((await stopped).tookMs).toBeLessThanOrEqual(500)
  })

  it('leaves only the given time, in any phase of the stop', async () => {
    consoleLines()
    for (const options of [{ drainDelay: '1h' }, { before: ignoring }, { drain: true }, {}] as const) {
      const { clock, supervisor } = setUp()
      supervisor.register({ name: 'a', schedule: loop(), run: ignoring })
      supervisor.register({ name: 'b', priority: 'critical', schedule: loop(), run: untilAborted })
      await supervisor.start()
      await clock.advance(0)
      const stopping = supervisor.stop({ ...options, deadline: '10m', classGrace: '5m' })
      await clock.advance(3_000)

      supervisor.hurry(1_000)
      await clock.advance(1_000)
      const report = await stopping

      expect(report.tookMs).toBeLessThanOrEqual(4_000)
      expect(report.abandoned.map(({ task }) => task)).toEqual(['a'])
    }
  })

  it('shortens the flush, and has no effect without a stop', async () => {
    const { clock, supervisor } = setUp({ observers: [{ name: 'slow', flush: ignoring }] })
    supervisor.hurry(0)
    await supervisor.start()
    expect(supervisor.ready().ok).toBe(true)
    let isOver = false
    void supervisor.stop({ deadline: '20s' }).then(() => {
      isOver = true
    })
    await clock.advance(5_000)
    expect(isOver).toBe(false)

    supervisor.hurry(1_000)
    await clock.advance(1_000)

    expect(isOver).toBe(true)
    expect(clock.pending).toBe(0)
  })
})

describe('the flush', () => {
  it('comes after the last event, receives its deadline, and its failures are reported to the others', async () => {
    const log: string[] = []
    const deadlines: number[] = []
    const flushing: Observer = {
      name: 'flushing',
      onEvent: ({ type }) => void log.push(type),
      flush: async (deadline) => {
        deadlines.push(deadline)
        log.push('flush')
      },
    }
    const failing: Observer = { name: 'failing', flush: () => Promise.reject(new Error('collector is down')) }
    const { clock, supervisor } = setUp({ observers: [failing, flushing] })
    await supervisor.start()
    const began = clock.now()
    await supervisor.stop({ deadline: '9s' })

    expect(log).toEqual(['monitor.ticked', 'shutdown.started', 'shutdown.ended', 'flush', 'observer.failed'])
    expect(deadlines).toEqual([began + 9_000])
    expect(clock.pending).toBe(0)
  })
})

describe('a run that requests the stop', () => {
  it('is aborted last in its class, and ends before the stop ends', async () => {
    const { clock, supervisor, recorder } = setUp()
    const order: string[] = []
    supervisor.register({
      name: 'low',
      priority: 'low',
      schedule: loop(),
      run: endsIn(500, clock, () => order.push('low')),
    })
    supervisor.register({
      name: 'requests',
      run: async ({ stop, sleep, aborted }) => {
        stop({ reason: 'nothing left to do' })
        order.push(`requested ${aborted}`)
        await sleep('1d')
        order.push('requests')
      },
    })
    supervisor.register({
      name: 'peer',
      schedule: loop(),
      run: endsIn(2_000, clock, () => order.push('peer')),
    })
    await supervisor.start()
    const result = supervisor.task('requests')?.trigger()
    await clock.advance(0)
    await clock.advance(2_500)
    const report = await supervisor.stop()

    expect(order).toEqual(['requested false', 'low', 'peer', 'requests'])
    expect(report).toMatchObject({ reason: 'nothing left to do', tookMs: 2_500, exitCode: 0 })
    expect(await result).toMatchObject({ outcome: 'cancelled' })
    expect(recorder.types().slice(-5)).toEqual([
      'run.ended',
      'task.stopped',
      'task.stopped',
      'shutdown.class-ended',
      'shutdown.ended',
    ])
  })

  it('may request it before its first await, more than once, and end by itself', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.register({
      name: 'requests',
      schedule: manual(),
      run: ({ stop }) => {
        stop()
        stop({ reason: 'again' })
        return 'done'
      },
    })
    await supervisor.start()

    expect(await task.trigger()).toMatchObject({ outcome: 'succeeded', value: 'done' })
    await clock.advance(0)
    expect(await supervisor.stop()).toMatchObject({ reason: 'stop', tookMs: 0, exitCode: 0 })
  })

  it('has succeeded if it returns in the same turn', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.register({
      name: 'requests',
      run: async ({ sleep, stop }) => {
        await sleep('1s')
        stop()
      },
    })
    await supervisor.start()
    const result = task.trigger()
    await clock.advance(1_000)

    expect(await result).toMatchObject({ outcome: 'succeeded' })
    expect(supervisor.report().phase).toBe('stopped')
  })

  it('fails if its options are invalid, and nothing stops', async () => {
    const { supervisor } = setUp()
    const task = supervisor.register({ name: 'requests', run: ({ stop }) => stop({ deadline: -5 }) })
    await supervisor.start()

    expect(await task.trigger()).toMatchObject({
      outcome: 'failed',
      error: { code: 'RUNWELL_INVALID_OPTION' },
    })
    expect(supervisor.report().phase).toBe('started')
  })

  it('and awaits supervisor.stop() is not waited for by itself', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.register({
      name: 'waits',
      run: async () => {
        await supervisor.stop({ classGrace: '3s' })
      },
    })
    await supervisor.start()
    const result = task.trigger()
    await clock.advance(0)

    expect(await result).toMatchObject({ outcome: 'cancelled' })
    expect(await supervisor.stop()).toMatchObject({ tookMs: 0, exitCode: 0 })
  })
})
