import { describe, expect, it } from 'vitest'
import type { Observer, RunwellErrorCode, Task, TaskOptions } from '../src/index.ts'
import {
  always,
  cron,
  DuplicateTaskError,
  every,
  InvalidOptionError,
  loop,
  manual,
  Supervisor,
  schedules,
  UnknownTaskError,
} from '../src/index.ts'
import { recordEvents } from '../src/testing/index.ts'
import { consoleLines, deferred, ignoring, setUp, untilAborted } from './supervised.ts'

const run = (): void => {}

function refusal(work: () => unknown): InvalidOptionError {
  try {
    work()
  } catch (error) {
    if (error instanceof InvalidOptionError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const unchecked = (options: Record<string, unknown>): TaskOptions => options as unknown as TaskOptions

describe('register rejects', () => {
  const year = 365 * 86_400_000
  const cases: readonly [what: string, options: Record<string, unknown>, option: string, shown: string][] = [
    ['a name with a space', { name: 'a b' }, 'name', "'a b'"],
    ['an empty name', { name: '' }, 'name', "''"],
    ['a name of 121 characters', { name: 'x'.repeat(121) }, 'name', 'xxx'],
    ['a run that is not a function', { run: 5 }, 'run', '5'],
    ['the result of a function instead of the function', { run: Promise.resolve(1) }, 'run', 'got a Promise'],
    ['a Map instead of a schedule', { schedule: new Map() }, 'schedule', 'got a Map'],
    ['a schedule given as a string', { schedule: '5s' }, 'schedule', "'5s'"],
    ['a plain object as a schedule', { schedule: { info: {} } }, 'schedule', '{"info":{}}'],
    ['a schedule without its parts', { schedule: { info: null, policy: null } }, 'schedule', '{"info":null'],
    ['a schedule from JSON', { schedule: JSON.parse(JSON.stringify(every('5s'))) }, 'schedule', '{"info":{'],
    ['a schedule without slots', { schedule: { ...every('5s'), slots: undefined } }, 'schedule', '{"info":{'],
    ['a schedule of an unknown kind', { schedule: { ...loop(), info: { kind: 'x' } } }, 'schedule', '"x"'],
    ['a schedule of unknown planning', { schedule: { ...loop(), policy: {} } }, 'schedule', '"policy":{}'],
    ['a negative timeout', { timeout: -1 }, 'timeout', '-1'],
    ['a timeout of zero', { timeout: 0 }, 'timeout', '0'],
    ['a timeout of NaN', { timeout: Number.NaN }, 'timeout', 'NaN'],
    ['a timeout of more than a year', { timeout: year + 1 }, 'timeout', String(year + 1)],
    ['an infinite timeout', { timeout: Number.POSITIVE_INFINITY }, 'timeout', 'Infinity'],
    ['a timeout without a unit', { timeout: '5' }, 'timeout', "'5'"],
    ['a negative grace', { abortGrace: -1 }, 'abortGrace', '-1'],
    ['a fraction of an abandoned run', { allowAbandoned: 0.5 }, 'allowAbandoned', '0.5'],
    ['an empty owner', { owner: ' ' }, 'owner', "' '"],
    ['an owner that is not a string', { owner: 7 }, 'owner', '7'],
    ['an empty category', { category: '' }, 'category', "''"],
    ['an unknown priority', { priority: 'urgent' }, 'priority', "'urgent'"],
    ['an unknown scope', { scope: 'cluster' }, 'scope', "'cluster'"],
    ['an unknown overlap', { overlap: 'allow' }, 'overlap', "'allow'"],
    ['an unknown overlap of a loop', { overlap: 'allow', schedule: loop() }, 'overlap', "'allow'"],
    ['a limit of zero parallel runs', { overlap: { parallel: 0 } }, 'overlap.parallel', '0'],
    ['an unknown restart mode', { restart: 'sometimes' }, 'restart', "'sometimes'"],
    ['a restart that is a number', { restart: 3 }, 'restart', '3'],
    ['a fraction of a retry', { retry: { times: 0.5 } }, 'retry.times', '0.5'],
    ['rules that are not a list', { health: 'strict' }, 'health', "'strict'"],
    ['a rule that is a number', { health: [5] }, 'health[0]', '5'],
    ['an objective above 1', { slo: { target: 1.5 } }, 'slo.target', '1.5'],
    ['an objective over a window of zero', { slo: { target: 0.9, window: 0 } }, 'slo.window', '0'],
    ['an unknown trace', { trace: 'always' }, 'trace', "'always'"],
    ['a ratio beyond 1', { trace: { ratio: 2 } }, 'trace', '{"ratio":2}'],
    ['a negative history', { history: -1 }, 'history', '-1'],
    ['a history of 1,001', { history: 1_001 }, 'history', '1001'],
    ['a maximum of zero', { max: 0 }, 'max', '0'],
    ['a maximum without parallel runs', { max: 5 }, 'max', '5'],
    ['a maximum for a queue of runs', { max: 5, overlap: 'queue' }, 'max', '5'],
    ['a maximum for a loop', { max: 5, overlap: { parallel: 2 }, schedule: loop() }, 'max', '5'],
    ['an empty runbook', { runbook: '' }, 'runbook', "''"],
    ['enabled as a flag', { enabled: true }, 'enabled', 'true'],
    ['paused as a number', { paused: 1 }, 'paused', '1'],
    ['an empty reason of a pause', { paused: '' }, 'paused', "''"],
    ['lastSlot as a date', { lastSlot: 0 }, 'lastSlot', '0'],
    ['readiness as a string', { readiness: 'yes' }, 'readiness', "'yes'"],
    ['an unknown readyWhen', { readyWhen: 'soon' }, 'readyWhen', "'soon'"],
    ['liveness as a string', { liveness: 'no' }, 'liveness', "'no'"],
    ['dependsOn as a string', { dependsOn: 'db' }, 'dependsOn', "'db'"],
    ['a dependency with an invalid name', { dependsOn: ['the db'] }, 'dependsOn', "'the db'"],
    ['a task that depends on itself', { dependsOn: ['a'] }, 'dependsOn', "'a → a'"],
  ]
  it.each(cases)('%s, and says what it expects and what it received', (_what, options, option, shown) => {
    const { supervisor, recorder } = setUp()

    const error = refusal(() => supervisor.register(unchecked({ name: 'a', run, ...options })))

    expect(error.option).toBe(option)
    expect(error.message).toMatch(
      new RegExp(`^Expected \`${option.replace(/[[\].]/g, '\\$&')}\` to be .+, got `),
    )
    expect(error.message).toContain(shown)
    expect(recorder.events).toEqual([])
    expect([...supervisor.tasks()]).toEqual([])
  })

  it.each([
    [{ shedule: every('5s') }, 'shedule', "Unknown option 'shedule' of task 'a'. Did you mean 'schedule'?"],
    [{ timeOut: '5s' }, 'timeOut', "Unknown option 'timeOut' of task 'a'. Did you mean 'timeout'?"],
    [{ name: '', timeOut: '5s' }, 'timeOut', "Unknown option 'timeOut' of a task. Did you mean 'timeout'?"],
    [
      { overlap: { parallels: 2 } },
      'overlap.parallels',
      "Unknown option 'parallels' of `overlap` (task 'a'). Did you mean 'parallel'?",
    ],
    [
      { retry: { attempts: 1 } },
      'retry.attempts',
      "Unknown option 'attempts' of `retry` (task 'a'). Known options: times, backoff, if.",
    ],
    [{ autoStart: false }, 'autoStart', "Unknown option 'autoStart' of task 'a'. Did you mean 'paused'?"],
    [{ scheduled: false }, 'scheduled', "Unknown option 'scheduled' of task 'a'. Did you mean 'paused'?"],
    [
      { colour: 'red' },
      'colour',
      "Unknown option 'colour' of task 'a'. The type declarations document the options of `task`.",
    ],
    [{ interval: 5 }, 'interval', "Unknown option 'interval' of task 'a'. Did you mean 'schedule'?"],
    [{ handler: run }, 'handler', "Unknown option 'handler' of task 'a'. Did you mean 'run'?"],
  ])('an unknown option, and says what was probably meant: %j', (options, option, message) => {
    const { supervisor, recorder } = setUp()

    const error = refusal(() => supervisor.register(unchecked({ name: 'a', run, ...options })))

    expect(error.message).toBe(message)
    expect(error.option).toBe(option)
    expect(recorder.events).toEqual([])
  })

  it.each<[unknown, string]>([
    ['30s', "every('30s'), got '30s'"],
    [5_000, 'every(5000), got 5000'],
    ['0 3 * * *', "cron('0 3 * * *'), got '0 3 * * *'"],
    ['@daily', "cron('@daily'), got '@daily'"],
  ])('the schedule %j, and says how to write it', (schedule, cure) => {
    const { supervisor } = setUp()

    expect(refusal(() => supervisor.register(unchecked({ name: 'a', run, schedule }))).message).toBe(
      `Expected \`schedule\` to be a schedule such as every(…), cron(…) or loop(); write ${cure} (task 'a')`,
    )
  })

  it('a function in the place of its result', () => {
    const { supervisor } = setUp()

    expect(
      refusal(() => supervisor.register(unchecked({ name: 'a', run, schedule: every }))).message,
    ).toContain('loop(); call the function and pass its result, got function every')
  })

  it('a number of retries, and shows the object', () => {
    const { supervisor } = setUp()

    expect(refusal(() => supervisor.register(unchecked({ name: 'a', run, retry: 3 }))).message).toBe(
      "Expected `retry` to be an object such as { times: 2 }, got 3 (task 'a')",
    )
  })

  it.each([undefined, null, 5, 'a', []])('%j instead of options', (options) => {
    const { supervisor } = setUp()

    expect(() => supervisor.register(options as unknown as TaskOptions)).toThrow(InvalidOptionError)
  })

  it('an invalid option with the name of its task, if that is valid', () => {
    const { supervisor } = setUp()
    const run = () => {}
    const refusal = (options: object): unknown => {
      try {
        return supervisor.register(options as never)
      } catch (error) {
        return error
      }
    }

    expect(refusal({ name: 'feeds.poll', timeout: 'soon', run })).toMatchObject({
      option: 'timeout',
      task: 'feeds.poll',
      message: expect.stringMatching(/^Expected `timeout` to be .*, got 'soon' \(task 'feeds\.poll'\)$/),
    })
    expect(refusal({ name: 'feeds.poll', timout: '5s', run })).toMatchObject({ task: 'feeds.poll' })
    expect(refusal({ name: 'a b', run })).toMatchObject({ option: 'name', task: undefined })
    expect(refusal(undefined as never)).toMatchObject({ option: 'task', task: undefined })
  })

  it('invalid schedules when they are created', () => {
    const messages = [
      () => every('5' as '5s'),
      () => every(Number.NaN),
      () => every(-5),
      () => every(Number.POSITIVE_INFINITY),
      () => cron('0 0 30 2 *'),
      () => cron('61 * * * *'),
      () => cron('0 3 * * *', { timeZone: 'Europe/Atlantis' }),
      () => schedules.once({} as { after: 0 }),
    ].map((make) => refusal(make).message)

    expect(messages[0]).toMatch(/^Expected `every.period` to be a duration .+, got '5'$/)
    expect(messages[1]).toMatch(/^Expected `every.period` to be a duration .+, got NaN$/)
    expect(messages[2]).toMatch(/^Expected `every.period` to be .+ from 1 ms to .+, got -5$/)
    expect(messages[3]).toMatch(/^Expected `every.period` to be .+, got Infinity$/)
    expect(messages[4]).toMatch(
      /^Expected `cron.expression` to be one that matches a date within .+, got '0 0 30 2 \*'$/,
    )
    expect(messages[5]).toMatch(/^Expected `cron.expression` to be .+, got '61 \* \* \* \*'$/)
    expect(messages[6]).toMatch(/^Expected `cron.timeZone` to be .+, got 'Europe\/Atlantis'$/)
    expect(messages[7]).toMatch(/^Expected `once` to be exactly one of after and at, got \{\}$/)
  })

  it('a name that is taken, and leaves the first task unchanged', () => {
    const { supervisor, recorder } = setUp()
    const first = supervisor.register({ name: 'a', owner: 'feeds', run })

    const again = () => supervisor.register({ name: 'a', owner: 'mail', schedule: every('1s'), run })

    expect(again).toThrow(DuplicateTaskError)
    expect(again).toThrow("got 'a', which owner 'feeds' has already registered")
    expect(supervisor.task('a')).toBe(first)
    expect(first.owner).toBe('feeds')
    expect(recorder.types()).toEqual(['task.registered'])
  })

  it('the name of a task that is still being unregistered', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.register({ name: 'a', run: ({ sleep }) => sleep('1d') })
    await supervisor.start()
    void task.trigger()
    const gone = task.unregister()
    const cleanUp = supervisor.register({ name: 'b', run })

    await clock.advance(0)
    await gone
    expect(() => supervisor.register({ name: 'b', run })).toThrow(DuplicateTaskError)
    expect(supervisor.register({ name: 'a', run }).state).toBe('waiting')
    expect(cleanUp.state).toBe('waiting')
  })

  it('a cycle of dependencies when a task closes it', () => {
    const { supervisor } = setUp()
    supervisor.register({ name: 'a', dependsOn: ['b', 'b'], run })
    expect(supervisor.explain('a').dependsOn).toEqual(['b'])
    supervisor.register({ name: 'b', dependsOn: ['c'], run })

    const error = refusal(() => supervisor.register({ name: 'c', dependsOn: ['a'], run }))

    expect(error.message).toBe("Expected `dependsOn` to be free of cycles, got 'c → a → b → c' (task 'c')")
    expect(supervisor.task('c')).toBeUndefined()
  })

  it('invalid options of the supervisor itself', () => {
    expect(refusal(() => new Supervisor({ moniter: '1s' } as object)).message).toContain(
      "Did you mean 'monitor'?",
    )
    expect(refusal(() => new Supervisor({ monitor: -1 })).option).toBe('monitor')
    expect(refusal(() => new Supervisor({ seed: Number.NaN })).option).toBe('seed')
    expect(refusal(() => new Supervisor({ observers: {} as [] })).option).toBe('observers')
    expect(refusal(() => new Supervisor({ env: { RUNWELL_STOP_DEADLINE: 'soon' } })).message).toMatch(
      /^Expected `RUNWELL_STOP_DEADLINE` to be a duration .+, got 'soon'$/,
    )
  })

  it.each([
    [
      'that is a factory function',
      function otelObserver() {},
      'function otelObserver',
      '; call the function and pass its result',
    ],
    ['that is undefined', undefined, 'undefined'],
    ['without a name', { onEvent() {} }, '{}'],
    ['without any known method', { name: 'stats', onevent() {} }, '{"name":"stats"}'],
    ['whose method is not a function', { name: 'stats', onEvent: 'log' }, '{"name":"stats","onEvent":"log"}'],
  ])('an observer %s', (_what, observer, shown, cure = '') => {
    const { supervisor } = setUp()
    const given = observer as unknown as Observer
    const expected = `to be an observer: an object with a name, and with at least one of the methods onEvent, aroundRun, onSupervisor and flush${cure}, got `

    expect(refusal(() => new Supervisor({ observers: [recordEvents(), given] })).message).toBe(
      `Expected \`observers[1]\` ${expected}${shown}`,
    )
    expect(refusal(() => supervisor.observe(given)).message).toBe(`Expected \`observer\` ${expected}${shown}`)
    expect(refusal(() => supervisor.observe(given, { keepConsole: true })).option).toBe('observer')
    expect(supervisor.report().observers.map(({ name }) => name)).toEqual(['recorder'])
  })
})

it('an observer with unknown event types', () => {
  const withTypes = (eventTypes: unknown): Observer =>
    ({ name: 'stats', eventTypes, onEvent() {} }) as Observer

  expect(refusal(() => new Supervisor({ observers: [withTypes('run.ended')] })).message).toBe(
    "Expected `observers[0].eventTypes` to be a list of types of events, got 'run.ended'",
  )
  expect(refusal(() => new Supervisor({ observers: [withTypes(['run.ended', 'run.end'])] })).message).toMatch(
    /^Expected `observers\[0\]\.eventTypes` to be types of events \(did you mean 'run\.ended'\?\), got 'run\.end'$/,
  )
  expect(refusal(() => new Supervisor({ observers: [withTypes(['toString'])] })).option).toBe(
    'observers[0].eventTypes',
  )
  expect(
    new Supervisor({ observers: [withTypes([]), withTypes(['run.ended', 'observer.failed'])] }),
  ).toBeDefined()
})

describe('after the start', () => {
  it('a dependency that is not registered is refused, and nothing is changed', async () => {
    const { clock, supervisor, recorder } = setUp()
    supervisor.register({ name: 'database', schedule: loop(), run: untilAborted })
    await supervisor.start()
    await clock.advance(0)
    recorder.clear()

    const options = { name: 'api', schedule: loop(), dependsOn: ['databse'], run: untilAborted }
    expect(() => supervisor.register(options)).toThrow(
      "Expected `dependsOn` of 'api' to name a registered task, got 'databse'. Did you mean 'database'?",
    )
    expect(() => supervisor.owner('web').register({ ...options, dependsOn: ['queue'] })).toThrow(
      UnknownTaskError,
    )
    expect(() => supervisor.register({ ...options, dependsOn: ['api'] })).toThrow('free of cycles')
    expect(supervisor.task('api')).toBeUndefined()
    expect(recorder.events).toEqual([])

    supervisor.register({ ...options, dependsOn: ['database'] })
    expect(supervisor.task('api')?.state).toBe('running')
    expect(() => supervisor.explain('apis')).toThrow("got 'apis'. Did you mean 'api'?")
  })

  it('a dependency that was unregistered since is refused', async () => {
    const { supervisor } = setUp()
    const db = supervisor.register({ name: 'db', run })
    await supervisor.start()
    await db.unregister()

    expect(() => supervisor.register({ name: 'api', dependsOn: ['db'], run })).toThrow(UnknownTaskError)
  })
})

describe('start rejects', () => {
  it('if a dependency is not registered, arms nothing, and can be called again', async () => {
    const { clock, supervisor, recorder } = setUp()
    const task = supervisor.register({ name: 'a', schedule: every('1s'), dependsOn: ['db'], run })

    await expect(supervisor.start()).rejects.toThrow(UnknownTaskError)
    await expect(supervisor.start()).rejects.toThrow(
      "Expected `dependsOn` of 'a' to name a registered task, got 'db'",
    )
    expect(task.state).toBe('registered')
    expect(clock.pending).toBe(0)
    expect(recorder.types()).toEqual(['task.registered'])

    supervisor.register({ name: 'db', run })
    await supervisor.start()

    expect(task.state).toBe('waiting')
  })

  it('after a stop', async () => {
    const { supervisor } = setUp()
    await supervisor.start()
    await supervisor.stop()

    const code: RunwellErrorCode = 'RUNWELL_WRONG_STATE'
    await expect(supervisor.start()).rejects.toMatchObject({ code })
    expect(() => supervisor.register({ name: 'a', run })).toThrow('the supervisor has been stopped')
    expect(() => supervisor.instrument({ name: 'a' }, run)).toThrow('the supervisor has been stopped')
  })
})

describe('a name with an abandoned run', () => {
  async function abandon() {
    const scene = setUp()
    const { clock, supervisor } = scene
    const hangs = deferred()
    const task = supervisor.register({
      name: 'a',
      schedule: manual(),
      abortGrace: '1s',
      run: () => hangs.promise,
    })
    await supervisor.start()
    void task.trigger()
    const gone = task.unregister()
    await clock.advance(1_000)
    await gone
    return { ...scene, hangs }
  }

  it('is free for a new task, which is stuck at first and starts when that run ends', async () => {
    const { clock, supervisor, recorder, hangs } = await abandon()
    const task = supervisor.register({ name: 'a', schedule: loop(), run: ignoring })
    expect(task.state).toBe('stuck')
    expect(await task.trigger()).toEqual({ started: false, reason: 'stuck' })
    expect(task.active()).toMatchObject([{ abandoned: true }])

    hangs.resolve()
    await clock.advance(60_000)

    expect(recorder.of('run.settled-late')).toHaveLength(1)
    expect(task.state).toBe('running')
    expect(task.metrics()).toMatchObject({ started: 1 })
    expect(task.active()).toMatchObject([{ abandoned: false }])
  })

  it('accepts a task that allows one abandoned run', async () => {
    const { supervisor } = await abandon()
    const task = supervisor.register({ name: 'a', allowAbandoned: 1, run })

    expect(await task.trigger()).toMatchObject({ started: true, outcome: 'succeeded' })
  })

  it('is named in the report of the stop, whichever task has the name now', async () => {
    const { supervisor } = await abandon()
    supervisor.register({ name: 'a', run })

    const report = await supervisor.stop()

    expect(report.abandoned.map(({ task }) => task)).toEqual(['a'])
    expect(report.exitCode).toBe(1)
  })
})

describe('registering a task', () => {
  it('in a run arms it when the current step is over', async () => {
    const { clock, supervisor, recorder } = setUp()
    const seen: string[] = []
    supervisor.register({
      name: 'parent',
      schedule: every('1m', { immediate: true }),
      run: () => {
        if (supervisor.task('child')) return
        const child = supervisor.register({ name: 'child', schedule: every('1s', { immediate: true }), run })
        seen.push(child.state)
      },
    })
    await supervisor.start()

    await clock.advance(2_000)

    expect(seen).toEqual(['registered'])
    expect(supervisor.task('child')?.metrics().started).toBe(3)
    expect(recorder.types().slice(0, 8)).toEqual([
      'task.registered',
      'task.started',
      'monitor.ticked',
      'run.started',
      'task.registered',
      'task.started',
      'run.ended',
      'health.changed',
    ])
  })

  it('in an observer reaches all observers in the same order', async () => {
    const orders: string[][] = [[], []]
    let other: Task | undefined
    const { supervisor } = setUp({
      observers: [
        {
          name: 'first',
          onEvent: (event) => {
            orders[0]?.push(event.type)
            if (event.type !== 'task.registered' || other) return
            other = supervisor.register({ name: 'b', run })
          },
        },
        { name: 'second', onEvent: (event) => void orders[1]?.push(event.type) },
      ],
    })

    supervisor.register({ name: 'a', run })
    await supervisor.start()

    expect(orders[0]).toEqual([
      'task.registered',
      'task.registered',
      'task.started',
      'task.started',
      'monitor.ticked',
    ])
    expect(orders[1]).toEqual(orders[0])
    expect(other?.state).toBe('waiting')
  })

  describe.each([false, true])(
    'lets an observer control the task at once (after the start: %s)',
    (isStarted) => {
      async function registered(control: (task: Task) => unknown) {
        let answer: unknown
        const { supervisor, clock } = setUp()
        supervisor.observe({
          name: 'controls',
          onEvent(event) {
            const task = event.type === 'task.registered' ? supervisor.task(event.task) : undefined
            if (task) answer = control(task)
          },
        })
        if (isStarted) await supervisor.start()
        const task = supervisor.register({ name: 'a', schedule: every('1m'), run })
        await clock.advance(0)
        return { supervisor, task, answer: await answer }
      }

      it('to pause it', async () => {
        const { task } = await registered((each) => each.pause('not here'))
        expect([task.paused, task.pauseReason]).toEqual([true, 'not here'])
      })

      it('to trigger it', async () => {
        const { answer } = await registered((each) => each.trigger())
        expect(answer).toMatchObject({ started: true, outcome: 'succeeded' })
      })

      it('to give it another schedule', async () => {
        const { task } = await registered((each) => each.reschedule(every('5m')))
        expect(task.schedule.info.text).toBe('every 5m')
      })

      it('to remove it', async () => {
        const { supervisor } = await registered((each) => each.unregister())
        expect(supervisor.task('a')).toBeUndefined()
      })
    },
  )
})

describe('spawned work', () => {
  it('is refused after stop with a regular handle', async () => {
    const { supervisor } = setUp()
    await supervisor.start()
    await supervisor.stop()
    let ran = false

    const handle = supervisor.spawn('work', () => {
      ran = true
    })
    handle.abort()

    expect(await handle.outcome).toEqual({ started: false, reason: 'stopping' })
    await expect(handle.result()).rejects.toMatchObject({ code: 'RUNWELL_RUN_FAILED' })
    expect(handle.runId).toBeUndefined()
    expect(ran).toBe(false)
  })

  it('has at most 200 names; further names are counted as other and still run', async () => {
    const lines = consoleLines()
    const { supervisor } = setUp()
    await supervisor.start()

    const values = await Promise.all(
      Array.from({ length: 210 }, (_, index) => supervisor.spawn(`job-${index}`, () => index).result()),
    )

    expect(values).toEqual(Array.from({ length: 210 }, (_, index) => index))
    expect([...supervisor.tasks()]).toHaveLength(201)
    expect(supervisor.task('other')?.metrics().started).toBe(10)
    expect(supervisor.task('job-199')?.metrics().started).toBe(1)
    expect(supervisor.task('job-200')).toBeUndefined()
    expect(lines).toEqual([
      "[runwell] Spawned work 'job-200' is counted as 'other': there are 200 names already",
    ])
  })

  it('beyond 200 names is counted even if a task is called other', async () => {
    consoleLines()
    const { supervisor } = setUp()
    const other = supervisor.register({ name: 'other', run })
    await supervisor.start()

    const handles = Array.from({ length: 202 }, (_, index) => supervisor.spawn(`job-${index}`, () => index))

    expect(await handles.at(-1)?.result()).toBe(201)
    expect(other.metrics().started).toBe(0)
    expect(supervisor.task('spawned/other')?.metrics().started).toBe(2)
  })

  it('cannot take the name of a task, and registers nothing if its options are invalid', () => {
    const { supervisor } = setUp()
    supervisor.register({ name: 'a', run })

    expect(() => supervisor.spawn('a', run)).toThrow(DuplicateTaskError)
    expect(refusal(() => supervisor.spawn('b', run, { priority: 'urgent' } as object)).option).toBe(
      'priority',
    )
    expect(refusal(() => supervisor.spawn('b', run, { schedule: manual() } as object)).message).toContain(
      "Unknown option 'schedule' of `spawn`",
    )
    expect(refusal(() => supervisor.spawn('b c', run)).option).toBe('name')
    expect(refusal(() => supervisor.spawn('b', 5 as unknown as () => void)).option).toBe('run')
    const asRegistered = unchecked({ name: 'b', run }) as unknown as string
    expect(refusal(() => supervisor.spawn(asRegistered, undefined as never)).option).toBe('name')
    expect([...supervisor.tasks()].map(({ name }) => name)).toEqual(['a'])
  })
})

describe('register', () => {
  it('does not keep the options object it was given', () => {
    const { supervisor } = setUp()
    const dependsOn: string[] = []
    const restart = always({ budget: { restarts: 3, within: '1m' } })
    const options = Object.freeze({ name: 'a', schedule: loop(), dependsOn, restart, run })

    const task = supervisor.register(options)
    dependsOn.push('missing')

    expect(task.restartsLeft()).toBe(3)
    return expect(supervisor.start()).resolves.toBeUndefined()
  })

  it('treats undefined as omitted', () => {
    const { supervisor } = setUp()
    const task = supervisor.register({
      name: 'a',
      owner: undefined,
      schedule: undefined,
      timeout: undefined,
      run,
    })

    expect(task).toMatchObject({ owner: 'app', category: 'default', priority: 'normal' })
    expect(task.info).toMatchObject({ scope: 'instance', timeoutMs: undefined, schedule: { kind: 'manual' } })
  })

  it('accepts names that every object inherits', async () => {
    const { supervisor } = setUp()
    const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf']
    for (const name of names) supervisor.register({ name, category: '__proto__', run })
    await supervisor.start()

    const report = supervisor.report()

    expect(report.tasks.map(({ name }) => name)).toEqual(names)
    expect(Object.keys(report.byCategory)).toEqual(['__proto__'])
    expect(report.byCategory['constructor']).toBeUndefined()
    expect(await supervisor.task('toString')?.trigger()).toMatchObject({ outcome: 'succeeded' })
  })
})
