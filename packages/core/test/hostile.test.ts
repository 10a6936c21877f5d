import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { logObserver, manual, Supervisor } from '../src/index.ts'
import { consoleLines, setUp } from './supervised.ts'

// `npm run bench -- hostile-input` runs a longer version of these tests.

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Returns bytes. A promise may keep values of the current turn in memory, so this waits for the next turn first. */
async function heapUsed(): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  return process.memoryUsage().heapUsed
}

async function kept(act: () => Promise<unknown>): Promise<number> {
  const before = await heapUsed()
  const retained = await act()
  const after = await heapUsed()
  expect(retained).toBeDefined() // keeps `retained` in memory until the heap is measured
  return after - before
}

function refuse(): never {
  throw new Error('this property cannot be read')
}

function unreadable(keys: readonly string[]): Error {
  const error = new Error('guarded')
  for (const key of keys) Object.defineProperty(error, key, { get: refuse })
  return error
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable(new Error('revoked'), {})
  revoke()
  return proxy
}

function cyclic(): Error {
  const error: Error & { errors?: unknown } = new Error('cyclic')
  error.cause = error
  error.errors = [error]
  return error
}

function deepCause(depth: number): Error {
  let error = new Error('root')
  for (let level = 0; level < depth; level += 1) error = new Error('level', { cause: error })
  return error
}

const traps = { get: refuse, getPrototypeOf: refuse, has: refuse, ownKeys: refuse }
const oddThings: Readonly<Record<string, () => unknown>> = {
  'an error that cannot be read': () => unreadable(['name', 'message', 'stack', 'cause', 'constructor']),
  'an error without a readable stack': () => unreadable(['stack']),
  'a proxy with traps': () => new Proxy(new Error('trapped'), traps),
  'a proxy that shows its class': () => new Proxy(new Error('trapped'), { get: refuse }),
  'a revoked proxy': revoked,
  'an error named by a symbol': () => Object.assign(new Error('odd'), { name: Symbol('odd') }),
  'an error without a class': () => Object.setPrototypeOf(new Error('classless'), null) as unknown,
  'a frozen error': () => Object.freeze(new Error('frozen')),
  'an error that causes itself': cyclic,
  'an error with 1,000 causes': () => deepCause(1_000),
  'an error made of 1,000': () => new AggregateError(Array.from({ length: 1_000 }, () => new Error('part'))),
  undefined: () => undefined,
  null: () => null,
  'a symbol': () => Symbol('thrown'),
  'a function': () => refuse,
  'an object that cannot be shown': () => ({
    toJSON: refuse,
    toString: refuse,
    [Symbol.toPrimitive]: refuse,
  }),
}

describe('spawned work', () => {
  it('is counted run by run in the memory of a single name', async () => {
    const { supervisor } = setUp({ observers: [] })
    await supervisor.start()
    const spawn = async (runs: number) => {
      for (let run = 0; run < runs; run += 1) await supervisor.spawn('mail', () => {}).outcome
      return supervisor
    }
    await spawn(2_000)

    const bytes = await kept(() => spawn(2_000))

    expect(supervisor.task('mail')?.metrics()).toMatchObject({ started: 4_000 })
    expect(supervisor.report().totals).toMatchObject({ tasks: 1, started: 4_000, succeeded: 4_000 })
    expect(bytes).toBeLessThan(1_000_000)
  })

  it('of 500 names is tracked as 200 names plus one for all others', async () => {
    consoleLines()
    const { supervisor } = setUp()
    await supervisor.start()

    for (let name = 0; name < 500; name += 1) await supervisor.spawn(`mail.${name}`, () => {}).outcome

    expect(supervisor.report().totals).toMatchObject({ tasks: 201, started: 500, succeeded: 500 })
    expect(supervisor.task('other')?.metrics()).toMatchObject({ started: 300 })
  })

  it('beyond its maximum is refused and counted', async () => {
    const { supervisor } = setUp({ observers: [] })
    await supervisor.start()

    const spawn = () => supervisor.spawn('mail', async () => {}, { max: 1_000 })
    const handles = Array.from({ length: 1_500 }, spawn)
    const results = await Promise.all(handles.map(({ outcome }) => outcome))

    expect(results.filter(({ started }) => started)).toHaveLength(1_000)
    expect(results.at(-1)).toEqual({ started: false, reason: 'full' })
    expect(supervisor.report().totals).toMatchObject({ started: 1_000, succeeded: 1_000, skipped: 500 })
  })
})

describe('short-lived tasks', () => {
  it('leave nothing behind but 100 names until the next tick', async () => {
    const { clock, recorder, supervisor } = setUp()
    await supervisor.start()
    recorder.clear()

    for (let index = 0; index < 500; index += 1) {
      const [owner, category] = [`owner-${index}`, `category-${index}`]
      const task = supervisor.register({ name: `task.${index}`, owner, category, run: () => {} })
      await task.trigger()
      await task.unregister()
    }
    await clock.advance(60_000)

    const [tick] = recorder.of('monitor.ticked')
    expect(tick?.changed).toHaveLength(100)
    expect(tick).toMatchObject({ tasks: 0, byCategory: {} })
    expect(recorder.of('run.ended')).toHaveLength(500)
    expect(supervisor.report().tasks).toEqual([])
  })
})

describe('thrown errors', () => {
  it('of 300 classes are counted as 20 classes and the rest, and none is lost', async () => {
    const { supervisor } = setUp({ observers: [] })
    await supervisor.start()
    let run = 0
    const task = supervisor.register({
      name: 'task',
      schedule: manual(),
      run: () => {
        run += 1
        throw Object.assign(new Error('no'), { name: `Error${run}` })
      },
    })

    for (let call = 0; call < 300; call += 1) await task.trigger()

    const { errors, outcomes } = task.metrics()
    expect(outcomes.failed).toBe(300)
    expect(errors.size).toBeLessThanOrEqual(21)
    expect([...errors.values()].reduce((sum, count) => sum + count, 0)).toBe(300)
  })

  it('of any odd kind end their run, are counted and are logged', async () => {
    const lines: unknown[] = []
    const write = (line: unknown): void => void lines.push(line)
    const log = logObserver({ debug: () => {}, info: () => {}, warn: write, error: write })
    const { recorder, supervisor } = setUp()
    supervisor.observe(log)
    await supervisor.start()

    for (const [what, make] of Object.entries(oddThings)) {
      const task = supervisor.register({
        name: `task.${Object.keys(oddThings).indexOf(what)}`,
        schedule: manual(),
        run: () => {
          throw make()
        },
      })
      const result = await task.trigger()
      expect(result, what).toMatchObject({ started: true, outcome: 'failed' })
      expect([...task.metrics().errors.values()], what).toEqual([1])
      const error = result.started ? result.error : undefined
      expect(`${error?.name} ${error?.message} ${error?.stack} ${error?.constructor}`, what).not.toBe('')
    }

    const count = Object.keys(oddThings).length
    expect(supervisor.report().totals).toMatchObject({ started: count, failed: count })
    expect(lines.filter((line) => String(line).includes(' failed after '))).toHaveLength(count)
    expect(recorder.of('observer.failed')).toEqual([])
    expect(JSON.stringify(supervisor.report()).length).toBeLessThan(200_000)
  })

  it('with a message of 5 MB become a line of 1 KB', async () => {
    const lines: string[] = []
    const write = (line: string): void => void lines.push(line)
    const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: write }
    const supervisor = new Supervisor({ observers: [logObserver(logger)] })
    await supervisor.start()
    const huge = new Error('x'.repeat(5_000_000))
    await supervisor.spawn('mail', () => Promise.reject(huge)).outcome

    expect(lines).toHaveLength(1)
    expect(lines[0]?.length).toBeLessThan(1_100)
    await supervisor.stop()
  })

  it('that are strings of 200 KB are not retained', async () => {
    const { supervisor } = setUp({ observers: [] })
    await supervisor.start()
    const throwTexts = async (runs: number) => {
      for (let run = 0; run < runs; run += 1) {
        const text = `${run}${'x'.repeat(200_000)}`
        await supervisor.spawn('mail', () => Promise.reject(text)).outcome
      }
      return supervisor
    }
    await throwTexts(1)

    const bytes = await kept(() => throwTexts(30))

    expect(supervisor.task('mail')?.history()).toHaveLength(20)
    expect(bytes).toBeLessThan(1_000_000)
  })
})

describe('strings of 200 KB', () => {
  const huge = (run: number) => `${run}${'x'.repeat(200_000)}`

  it.each([
    ['messages of errors', (run: number) => new Error(huge(run))],
    ['quotes in messages', (run: number) => new Error(`bad answer: ${huge(run).slice(0, 200)}`)],
  ])('in %s are not retained', async (_, make) => {
    const { supervisor } = setUp({ observers: [] })
    await supervisor.start()
    const fail = async (runs: number) => {
      for (let run = 0; run < runs; run += 1) {
        await supervisor.spawn('mail', () => Promise.reject(make(run))).outcome
      }
      return supervisor
    }
    await fail(1)

    expect(await kept(() => fail(20))).toBeLessThan(1_000_000)
  })

  it('in annotations are not retained', async () => {
    const { supervisor } = setUp({
      observers: [
        {
          name: 'bag',
          aroundRun(run, next) {
            run.annotate({ [`key ${huge(1)}`]: huge(2) })
            return next()
          },
        },
      ],
    })
    await supervisor.start()
    const spawn = async (runs: number) => {
      for (let run = 0; run < runs; run += 1) await supervisor.spawn('mail', () => {}).outcome
      return supervisor
    }
    await spawn(1)

    expect(await kept(() => spawn(20))).toBeLessThan(1_000_000)
  })
})

describe('observers', () => {
  it('that throw, reject or never settle change no count and are reported once a minute', async () => {
    const logger = { debug: refuse, info: refuse, warn: refuse, error: refuse }
    const { clock, recorder, supervisor } = setUp()
    supervisor.observe(logObserver(logger))
    supervisor.observe({ name: 'rejects', onEvent: () => Promise.reject(new Error('no')) as never })
    supervisor.observe({ name: 'pends', aroundRun: () => new Promise(() => {}) })
    await supervisor.start()
    const runFor = async (runs: number) => {
      for (let run = 0; run < runs; run += 1) await supervisor.spawn('mail', () => {}).outcome
    }

    await runFor(200)
    await clock.advance(59_000)
    await runFor(200)
    await clock.advance(60_000)
    await runFor(200)

    expect(supervisor.report().totals).toMatchObject({ started: 600, succeeded: 600 })
    const faults = recorder.of('observer.failed').map(({ observer }) => observer)
    for (const name of ['log', 'rejects', 'pends']) {
      expect(faults.filter((fault) => fault === name)).toHaveLength(2)
    }
  })

  it('never receive more than 200 characters of the note of a beat', async () => {
    const { supervisor } = setUp()
    const task = supervisor.register({
      name: 'a',
      run: ({ beat, sleep }) => {
        beat('x'.repeat(200_000))
        return sleep('1h')
      },
    })
    void task.trigger()

    expect(task.active()[0]?.lastBeatNote).toHaveLength(200)
    await supervisor.stop()
  })
})
