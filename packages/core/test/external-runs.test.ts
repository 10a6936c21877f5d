import { describe, expect, it } from 'vitest'
import { every, manual, rules, schedules } from '../src/index.ts'
import { started } from './external-scene.ts'
import { consoleLines, setUp } from './supervised.ts'

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

  it('may take any time to end after a health rule has aborted its signal', async () => {
    const { task, recorder, clock } = await started({
      expects: undefined,
      health: [rules.hung({ limit: '10m', restarts: true })],
    })
    const run = task.begin()
    await clock.advance('12m')
    expect(run.context.signal.aborted).toBe(true)
    await clock.advance('1h')
    expect(recorder.of('run.ended')).toEqual([])

    run.end()
    expect(recorder.of('run.ended')).toMatchObject([
      { outcome: 'succeeded', abortedFor: 'restart', rule: 'hung' },
    ])
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

  it('ends by itself after its task was unregistered, and the name of the task is free at once', async () => {
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
    const third = task.begin()
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

  it('in the synchronous part of another run begins right after it, with all calls that were made meanwhile', async () => {
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

  it('takes the input and the signal from the arguments, and still calls the function if that fails', async () => {
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

  it.each([
    ['its controller instead of the signal', new AbortController()],
    ['a number', 5],
    [
      'a signal that throws when it is read',
      {
        addEventListener() {},
        removeEventListener() {},
        get aborted(): boolean {
          throw new Error('no')
        },
      },
    ],
  ])(
    'runs without a signal, and reports it, if the option signal of wrap() returns %s',
    async (_what, given) => {
      const lines = consoleLines()
      const { task } = await started({ expects: undefined })
      const work = task.wrap(() => 'done', { signal: () => given as never })

      expect(work()).toBe('done')
      expect(task.active()).toEqual([])
      expect(task.lastRun?.outcome).toBe('succeeded')
      expect(lines).toEqual([
        expect.stringContaining(
          "Task 'job': the option signal of wrap() failed: InvalidOptionError: Expected",
        ),
      ])
    },
  )

  it('refuses a controller in the place of its signal, and begins no run', async () => {
    const { task } = await started({ expects: undefined })
    const signal = new AbortController() as unknown as AbortSignal

    expect(() => task.begin(undefined, { signal })).toThrow('Expected `begin.signal` to be an AbortSignal')
    expect(task.metrics().started).toBe(0)
  })
})

describe('the options of an external task', () => {
  it('that do not say when it should run are explained', async () => {
    const silent =
      'The option expects is not set, so Runwell does not know when it should run, and reports no missing runs.'
    const explained = async (options: Parameters<typeof started>[0]): Promise<string> => {
      const { supervisor, task } = await started(options)
      return supervisor.explain(task.name).text
    }

    expect(await explained({ expects: undefined })).toContain(silent)
    expect(await explained({ expects: every('1m') })).not.toContain(silent)
    expect(await explained({ expects: undefined, health: [rules.stale({ every: '1h' })] })).not.toContain(
      silent,
    )
  })

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
    [
      { timeout: '1m' },
      /Unknown option 'timeout' of `external` \(task 'job'\)\. Other code runs this task, /,
    ],
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
