import { describe, expect, it } from 'vitest'
import type { HealthRule, Observer, RunContext } from '../src/index.ts'
import { every, InvalidOptionError, logObserver, Supervisor } from '../src/index.ts'
import { consoleLines, setUp } from './supervised.ts'

const refuse = (): never => {
  throw new Error('not today')
}

function throwing<Given extends object>(given: Given, key: string, value: unknown, n: number): Given {
  let reads = 0
  return Object.defineProperty(given, key, {
    enumerable: true,
    get() {
      reads += 1
      return reads >= n ? refuse() : value
    },
  })
}

function revoked(): never {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy as never
}

const trap = (): never =>
  new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse }) as never

const withoutPrototype = (fields: object): never => Object.assign(Object.create(null), fields) as never

describe('an observer with getters that throw', () => {
  const methods = [
    'onEvent',
    'aroundRun',
    'captureCaller',
    'onAnnotate',
    'onSupervisor',
    'flush',
    'name',
    'eventTypes',
  ]

  it.each(methods)('is refused with the name of the property: %s', (key) => {
    const { supervisor } = setUp()
    const observer = throwing({ name: 'odd', onSupervisor: () => {} } as Observer, key, undefined, 1)

    expect(() => supervisor.observe(observer)).toThrow(
      `Expected \`observer.${key}\` to be an object whose properties can be read; reading one threw Error: not today`,
    )
    expect(() => new Supervisor({ observers: [observer] })).toThrow(`\`observers[0].${key}\``)
  })

  it.each(methods)('is read only once: %s', async (key) => {
    const { clock, recorder, supervisor } = setUp()
    const calls: string[] = []
    const values: Record<string, unknown> = {
      name: 'odd',
      eventTypes: undefined,
      onEvent: () => calls.push('onEvent'),
      aroundRun: (_scope: unknown, next: () => unknown) => {
        calls.push('aroundRun')
        return next()
      },
      captureCaller: () => calls.push('captureCaller'),
      onAnnotate: () => calls.push('onAnnotate'),
      onSupervisor: () => calls.push('onSupervisor'),
      flush: () => calls.push('flush'),
    }
    const observer: object = {}
    for (const [name, value] of Object.entries(values))
      throwing(observer, name, value, name === key ? 2 : Number.POSITIVE_INFINITY)
    supervisor.observe(observer as Observer)
    const run = ({ annotate }: RunContext) => {
      annotate({ tenant: 'a' })
      return 7
    }
    const task = supervisor.register({ name: 'a', run })
    await supervisor.start()
    const result = await task.trigger()
    const stopping = supervisor.stop()
    await clock.advance(0)

    expect(result).toMatchObject({ outcome: 'succeeded', value: 7 })
    expect((await stopping).exitCode).toBe(0)
    expect(recorder.of('observer.failed')).toEqual([])
    expect(new Set(calls)).toEqual(
      new Set(['onEvent', 'aroundRun', 'captureCaller', 'onAnnotate', 'onSupervisor', 'flush']),
    )
  })

  it.each([
    ['revoked', revoked],
    ['whose traps throw', trap],
  ])('is refused if it is a proxy: %s', (_what, make) => {
    expect(() => setUp().supervisor.observe(make())).toThrow(InvalidOptionError)
    expect(() => new Supervisor({ observers: [make()] })).toThrow(InvalidOptionError)
    expect(() => new Supervisor({ observers: make() })).toThrow(InvalidOptionError)
  })

  it('keeps `this` in its methods, also in those of its class', async () => {
    class Counter {
      readonly name = 'counter'
      readonly #types: string[] = []
      onEvent({ type }: { type: string }): void {
        this.#types.push(type)
      }
      get types(): readonly string[] {
        return this.#types
      }
    }
    const counter = new Counter()
    const { supervisor } = setUp({ observers: [counter] })
    supervisor.register({ name: 'a', run: () => {} })
    await supervisor.start()

    expect(counter.types).toEqual(['task.registered', 'task.started', 'monitor.ticked'])
  })
})

describe('what an observer returns', () => {
  it.each([
    ['a revoked proxy', revoked],
    ['a proxy whose traps throw', trap],
    ['a thenable whose then throws', () => throwing({}, 'then', undefined, 1)],
    ['a thenable whose then throws later', () => throwing({}, 'then', refuse, 2)],
    ['a promise with a catch that throws', () => throwing(Promise.resolve(), 'catch', undefined, 1)],
    ['an object without a prototype', () => withoutPrototype({})],
  ])('may be %s', async (_what, make) => {
    const { clock, recorder, supervisor } = setUp()
    supervisor.observe({
      name: 'odd',
      onEvent: make,
      onSupervisor: make,
      captureCaller: make,
      aroundRun(_scope, next) {
        next(make)
        return make()
      },
      flush: make,
    })
    const task = supervisor.register({ name: 'a', run: () => 7 })
    await supervisor.start()

    expect(await task.trigger()).toMatchObject({ outcome: 'succeeded', value: 7 })
    const stopping = supervisor.stop()
    await clock.advance(0)
    expect((await stopping).exitCode).toBe(0)
    expect(recorder.of('run.ended')).toHaveLength(1)
  })
})

describe('what a run returns or throws', () => {
  const things: [string, () => unknown][] = [
    ['a revoked proxy', revoked],
    ['a proxy whose traps throw', trap],
    ['a thenable whose then throws', () => throwing({}, 'then', undefined, 1)],
    ['a thenable whose then throws at the second read', () => throwing({}, 'then', refuse, 2)],
    ['a promise whose then throws', () => throwing(Promise.resolve(1), 'then', refuse, 2)],
    ['an error whose message throws', () => throwing(new Error('x'), 'message', 'x', 1)],
    ['an error whose message throws later', () => throwing(new Error('x'), 'message', 'x', 2)],
    ['an error whose cause throws later', () => throwing(new Error('x'), 'cause', undefined, 2)],
    ['an error whose name throws later', () => throwing(new Error('x'), 'name', 'Odd', 2)],
    ['an error whose stack throws later', () => throwing(new Error('x'), 'stack', 'x', 2)],
    ['an error with odd members', () => new AggregateError([revoked(), trap(), withoutPrototype({})])],
    ['an object without a prototype', () => withoutPrototype({ message: 'x' })],
    ['a symbol', () => Symbol('x')],
  ]

  it.each(things)('may be %s', async (_what, make) => {
    const lines: unknown[] = []
    const write = (line: unknown): void => void lines.push(line)
    const { clock, recorder, supervisor } = setUp()
    const warnings = consoleLines()
    supervisor.observe(logObserver({ debug: write, info: write, warn: write, error: write }))
    const how: Record<string, () => unknown> = {
      returns: make,
      resolves: async () => make(),
      throws: () => {
        throw make()
      },
      rejects: () => Promise.reject(make()),
      'rejects in a unit': () => Promise.reject(make()),
    }
    for (const [name, run] of Object.entries(how)) {
      const task = supervisor.register({
        name: name.replaceAll(' ', '-'),
        retry: { times: 1 },
        run: ({ unit }) => (name === 'rejects in a unit' ? unit('message', run) : run()),
      })
      const called = supervisor.instrument({ name: `call.${name.replaceAll(' ', '-')}` }, run)
      if (recorder.of('task.started').length === 0) await supervisor.start()
      const result = task.trigger()
      const spawned = supervisor.spawn(`spawn.${name.replaceAll(' ', '-')}`, run)
      try {
        const returned = called()
        if (returned instanceof Promise) await Promise.allSettled([returned])
      } catch {
        // Expected: the instrumented function rethrows the errors of `run`, and `instanceof` throws for some proxies.
      }
      await clock.advance('1m')
      expect(await result).toMatchObject({ started: true })
      expect(await spawned.outcome).toMatchObject({ started: true })
      await spawned.result().catch(() => {})
    }
    await clock.advance(0)
    for (const task of supervisor.tasks()) expect(task.active(), task.name).toEqual([])
    const { started, failed, succeeded } = supervisor.report().totals
    expect(started).toBe(failed + succeeded)
    expect(recorder.of('observer.failed')).toEqual([])
    expect(warnings).toEqual([])
    expect(lines.length).toBeGreaterThan(0)
  })
})

describe('options', () => {
  const { supervisor } = setUp()
  const run = (): void => {}
  const calls: Record<string, (options: never) => unknown> = {
    register: (options) => supervisor.register(options),
    'owner.register': (options) => supervisor.owner('feeds').register(options),
    spawn: (options) => supervisor.spawn('job', run, options),
    'owner.spawn': (options) => supervisor.owner('feeds').spawn('job', run, options),
    instrument: (options) => supervisor.instrument(options, run),
    stop: (options) => supervisor.stop(options),
    observe: (options) => supervisor.observe({ name: 'a', onEvent: run }, options),
    discover: (options) => supervisor.discover(options),
    Supervisor: (options) => new Supervisor(options),
    logObserver: (options) => logObserver(console, options),
    logger: (logger) => logObserver(logger),
    schedule: (schedule) => supervisor.register({ name: 'b', schedule, run }),
    'every()': (options) => every('1m', options),
    health: (health) => supervisor.register({ name: 'b', health, run }),
    'a rule': (rule) => supervisor.register({ name: 'b', health: [rule], run }),
    retry: (retry) => supervisor.register({ name: 'b', retry, run }),
    restart: (restart) => supervisor.register({ name: 'b', schedule: every('1m'), restart, run }),
    dependsOn: (dependsOn) => supervisor.register({ name: 'b', dependsOn, run }),
    slo: (slo) => supervisor.register({ name: 'b', slo, run }),
    overlap: (overlap) => supervisor.register({ name: 'b', overlap, run }),
    trace: (trace) => supervisor.register({ name: 'b', trace, run }),
    env: (env) => new Supervisor({ env }),
    clock: (clock) => new Supervisor({ clock }),
  }

  it.each(Object.entries(calls))('that cannot be read are refused and change nothing: %s', (_name, call) => {
    const before = [...supervisor.tasks()].map(({ name }) => name)

    for (const options of [revoked(), trap()]) expect(() => call(options)).toThrow(InvalidOptionError)

    expect([...supervisor.tasks()].map(({ name }) => name)).toEqual(before)
    expect(supervisor.report().phase).toBe('new')
  })

  it.each([1, 2, 3, 4])('with a getter that throws at read %i change nothing', (n) => {
    const before = [...supervisor.tasks()].length
    const options = [
      ['name', () => supervisor.register(throwing({ run } as never, 'name', 'odd', n))],
      ['owner', () => supervisor.register(throwing({ name: 'odd', run } as never, 'owner', 'odd', n))],
      ['owner', () => supervisor.spawn('odd', run, throwing({}, 'owner', 'odd', 1))],
      ['deadline', () => supervisor.stop(throwing({}, 'deadline', '1s', 1))],
    ] as const
    for (const [key, call] of options) {
      try {
        call()
      } catch (error) {
        expect(error, key).toBeInstanceOf(InvalidOptionError)
        continue
      }
      void supervisor.task('odd')?.unregister()
    }

    expect([...supervisor.tasks()].length).toBe(before)
    expect(supervisor.report().phase).toBe('new')
  })

  it('may have no prototype', async () => {
    const task = supervisor.register(withoutPrototype({ name: 'plain', run }))

    expect(await task.unregister()).toBeUndefined()
  })

  it('names a variable of the environment that is not a string', () => {
    expect(() => new Supervisor({ env: { RUNWELL_TASKS_DISABLED: 7 } as never })).toThrow(
      'Expected `env.RUNWELL_TASKS_DISABLED` to be a string, got 7',
    )
  })
})

describe('a rule that is written as an object', () => {
  const life = { forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 }

  it.each(['name', 'life', 'restarts', 'judge', 'describe', 'judgesSilence', 'ignoresSuccess'])(
    'is read only once: %s',
    async (key) => {
      const { clock, recorder, supervisor } = setUp()
      const values: Record<string, unknown> = {
        name: 'odd',
        life,
        restarts: false,
        judgesSilence: false,
        ignoresSuccess: false,
        judge: () => ({ kind: 'bad', status: 'degraded', value: 1, limit: 0, reason: 'odd' }),
        describe: () => 'is odd',
      }
      const rule: object = {}
      // `toRule` reads each value at most twice: to check it, and to copy it. The third read of `key` throws.
      for (const [name, value] of Object.entries(values)) throwing(rule, name, value, name === key ? 3 : 1e9)
      const task = supervisor.register({ name: 'a', health: [rule as HealthRule], run: () => {} })
      await supervisor.start()
      await task.trigger()
      await clock.advance('2m')

      expect(task.health()).toMatchObject({ status: 'degraded' })
      expect(supervisor.explain('a').text).toContain('is odd')
      expect(recorder.of('rule.failed')).toEqual([])
    },
  )

  it.each([
    ['a revoked proxy', revoked],
    ['a proxy whose traps throw', () => new Proxy({}, { get: refuse, ownKeys: refuse })],
    ['an answer whose kind throws', () => throwing({}, 'kind', 'bad', 1)],
    ['nothing', () => undefined],
  ])('fails, and harms nothing else, if it answers %s', async (_what, judge) => {
    const { recorder, supervisor } = setUp()
    const rule = { name: 'odd', life, restarts: false, judge, describe: refuse } as unknown as HealthRule
    const task = supervisor.register({ name: 'a', health: [rule], run: () => 7 })
    await supervisor.start()

    expect(await task.trigger()).toMatchObject({ outcome: 'succeeded', value: 7 })
    expect(await task.trigger()).toMatchObject({ outcome: 'succeeded', value: 7 })
    expect(recorder.of('rule.failed').map(({ rule }) => rule)).toContain('odd')
    expect(supervisor.explain('a').text).toContain('its describe() threw Error: not today')
  })
})

it('a console that throws ends nothing', async () => {
  const { supervisor } = setUp()
  const lines = consoleLines()
  lines.push = refuse
  const detach = supervisor.observe({ name: 'a', onEvent: refuse })
  const task = supervisor.register({ name: 'a', run: () => 7 })
  await supervisor.start()

  expect(await task.trigger()).toMatchObject({ value: 7 })
  detach()
})

describe('a function of a task that returns a generator', () => {
  const lines: string[] = []
  function* sync(): Generator<number> {
    lines.push('ran')
    yield 1
  }
  async function* later(): AsyncGenerator<number> {
    lines.push('ran')
    yield 1
  }

  it.each<[string, () => unknown]>([
    ['a generator', sync],
    ['an async generator', later],
    ['a generator, through another function', () => sync()],
    ['a promise of an async generator', async () => later()],
  ])('fails, because nothing would run the code of %s', async (_, run) => {
    const { supervisor, clock } = setUp()
    const task = supervisor.register({ name: 'items', schedule: every('1h', { immediate: true }), run })
    await supervisor.start()
    await clock.advance('1m')

    expect(task.history()[0]).toMatchObject({
      outcome: 'failed',
      error: { message: expect.stringMatching(/^The function of the task returned a generator, so /) },
    })
    expect(lines).toEqual([])
    await supervisor.stop()
  })

  it('succeeds as spawned work, because the caller receives the generator', async () => {
    const { supervisor } = setUp()
    await supervisor.start()

    expect([...(await supervisor.spawn('items', () => [1, 2].values()).result())]).toEqual([1, 2])
    const generator = await supervisor.spawn('items', sync).result()
    expect([...generator]).toEqual([1])
    await supervisor.stop()
  })
})
