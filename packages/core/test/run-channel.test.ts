import { AsyncLocalStorage } from 'node:async_hooks'
import { channel, tracingChannel } from 'node:diagnostics_channel'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RunMessage } from '../src/adapter/index.ts'
import type { Observer, TaskOptions } from '../src/index.ts'
import { diagnosticsObserver, manual, rules, schedules } from '../src/index.ts'
import { consoleLines, deferred, ignoring, setUp, untilAborted } from './supervised.ts'

const runs = tracingChannel<unknown, RunMessage>('runwell:run')
const names = ['start', 'end', 'error', 'asyncStart', 'asyncEnd'] as const

function subscribe(also: (name: string, message: RunMessage) => unknown = () => {}) {
  const seen: { readonly name: string; readonly message: RunMessage; readonly copy: RunMessage }[] = []
  for (const name of names) {
    const onMessage = (message: unknown): unknown => {
      seen.push({ name, message: message as RunMessage, copy: { ...(message as RunMessage) } })
      return also(name, message as RunMessage)
    }
    runs[name].subscribe(onMessage)
    onTestFinished(() => void runs[name].unsubscribe(onMessage))
  }
  return { seen, order: () => seen.map(({ name }) => name) }
}

function bind<Value>(transform: (message: RunMessage) => Value) {
  const store = new AsyncLocalStorage<Value>()
  runs.start.bindStore(store as AsyncLocalStorage<unknown>, transform as (message: unknown) => unknown)
  onTestFinished(() => void runs.start.unbindStore(store as AsyncLocalStorage<unknown>))
  return store
}

async function started(options: Partial<TaskOptions>, observers?: readonly Observer[]) {
  const scene = setUp(observers ? { observers } : {})
  const task = scene.supervisor.register({
    name: 'feeds.poll',
    schedule: manual(),
    run: () => {},
    ...options,
  })
  await scene.supervisor.start()
  return { ...scene, task }
}

describe("tracingChannel('runwell:run')", () => {
  it('publishes the start and the end of a run, all with one object', async () => {
    const { seen, order } = subscribe()
    const { clock } = await started({
      schedule: schedules.once({ after: '1h' }),
      run: async ({ sleep }) => sleep(50),
    })
    await clock.advance('1h')

    expect(order()).toEqual(['start', 'end'])
    await clock.advance(50)

    expect(order()).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
    expect(new Set(seen.map(({ message }) => message)).size).toBe(1)
    const at = clock.now() - 50
    expect(seen[0]?.copy).toEqual({
      info: expect.objectContaining({ name: 'feeds.poll', owner: 'app', priority: 'normal' }),
      runId: expect.stringMatching(/-1$/),
      task: 'feeds.poll',
      trigger: 'schedule',
      attempt: 1,
      scheduledAt: at,
      startedAt: at,
    })
    expect(seen[3]?.copy).toMatchObject({ outcome: 'succeeded', durationMs: 50, attempt: 1 })
    expect(seen[3]?.copy).not.toHaveProperty('error')
    expect(seen[3]?.copy).not.toHaveProperty('abortedFor')
  })

  it('publishes the same order for a function that returns at once', async () => {
    const { order } = subscribe()
    const { task } = await started({ run: () => 'value' })
    await task.trigger()

    expect(order()).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
  })

  it.each([
    ['throws', () => raise(), 'failed', 'no', undefined],
    ['rejects', async () => raise(), 'failed', 'no', undefined],
    ['exceeds its timeout', untilAborted, 'timed-out', /timeout of 1 s/, 'timeout'],
    ['is abandoned', ignoring, 'abandoned', /timeout of 1 s/, 'timeout'],
  ] as const)('publishes the error of a run that %s', async (_what, run, outcome, message, abortedFor) => {
    const { seen, order } = subscribe()
    const { clock, task } = await started({ run, timeout: '1s' })
    const answer = task.trigger()
    await clock.advance('10s')
    await answer

    expect(order()).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
    expect(seen[2]?.copy).toMatchObject({ outcome, error: { message: expect.stringMatching(message) } })
    expect(seen[2]?.copy.abortedFor).toBe(abortedFor)
  })

  it('publishes no error for a run that was cancelled', async () => {
    const { seen, order } = subscribe()
    const { clock, supervisor } = await started({})
    const handle = supervisor.spawn('job', untilAborted)
    handle.abort()
    await clock.advance(0)

    expect(order()).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
    expect(seen[3]?.copy).toMatchObject({ trigger: 'spawn', outcome: 'cancelled', abortedFor: 'asked' })
  })

  it('names the health rule that restarted the run', async () => {
    const { seen } = subscribe()
    const { clock, task } = await started({
      run: ({ sleep }) => sleep('1d'),
      health: [rules.hung({ limit: '1m', restarts: true })],
    })
    void task.trigger()
    await clock.advance('2m')

    expect(seen.at(-1)?.copy).toMatchObject({ outcome: 'cancelled', abortedFor: 'restart', rule: 'hung' })
  })

  it('publishes the number of the last attempt, once per run', async () => {
    const { seen, order } = subscribe()
    const { clock, task } = await started({ run: raise, retry: { times: 2 } })
    const answer = task.trigger()
    await clock.advance('10m')
    await answer

    expect(order()).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
    expect(seen[0]?.copy.attempt).toBe(1)
    expect(seen[4]?.copy.attempt).toBe(3)
  })

  it('publishes the calls of instrumented functions, and no units', async () => {
    const { seen, order } = subscribe()
    const { supervisor, task } = await started({ run: ({ unit }) => unit('message', () => {}) })
    const sync = supervisor.instrument({ name: 'sync' }, (a: number) => a + 1)
    const fails = supervisor.instrument({ name: 'fails' }, async () => raise())

    expect(sync(1)).toBe(2)
    expect(order().splice(0)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
    await expect(fails()).rejects.toThrow('no')
    expect(order().slice(4)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
    expect(seen[4]?.copy).toMatchObject({ task: 'fails', trigger: 'call' })
    await task.trigger()
    expect(order().slice(9)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
  })

  it('runs the function in the stores that are bound to it: each attempt, its awaits and its abort listeners', async () => {
    const store = bind(({ task, runId }) => `${task} ${runId.split('-').at(-1)}`)
    const seen: unknown[] = []
    const note = (): void => void seen.push(store.getStore())
    const { clock, task } = await started({
      retry: { times: 1 },
      timeout: '1s',
      run: async ({ signal }) => {
        note()
        signal.addEventListener('abort', note)
        await Promise.resolve()
        note()
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('late'))))
      },
    })
    const answer = task.trigger()
    await clock.advance('1m')
    await answer

    expect(seen).toEqual(Array(6).fill('feeds.poll 1'))
    expect(store.getStore()).toBeUndefined()
  })

  it('keeps its store for spawned and instrumented work beside that of the caller', async () => {
    const store = bind(({ task }) => task)
    const request = new AsyncLocalStorage<string>()
    const both = async (): Promise<unknown> => {
      await Promise.resolve()
      return [store.getStore(), request.getStore()]
    }
    const { supervisor } = await started({})
    const called = supervisor.instrument({ name: 'called' }, both)
    const [spawned, instrumented] = await request.run('alice', () =>
      Promise.all([supervisor.spawn('spawned', both).result(), called()]),
    )

    expect(spawned).toEqual(['spawned', 'alice'])
    expect(instrumented).toEqual(['called', 'alice'])
  })

  it('has the store inside the context of every observer, so that none replaces it', async () => {
    const store = bind(({ task }) => task)
    const replacing: Observer = {
      name: 'replacing',
      aroundRun: (_scope, next) => (store as AsyncLocalStorage<unknown>).run('replaced', next),
    }
    const { task } = await started({ run: () => store.getStore() }, [replacing])

    expect(await task.trigger()).toMatchObject({ value: 'feeds.poll' })
  })

  it('is silent once everybody has unsubscribed, in the middle of a run, too', async () => {
    const store = new AsyncLocalStorage<unknown>()
    runs.start.bindStore(store)
    const gate = deferred()
    const { task } = await started({ run: () => gate.promise })
    const answer = task.trigger()
    runs.start.unbindStore(store)
    expect(runs.hasSubscribers).toBe(false)
    gate.resolve()

    expect(await answer).toMatchObject({ outcome: 'succeeded' })
  })

  it('is silent under RUNWELL_DISABLED', async () => {
    const { order } = subscribe()
    const { supervisor } = setUp({ env: { RUNWELL_DISABLED: '1' } })
    const task = supervisor.register({ name: 'a', run: () => {} })
    await supervisor.start()
    await task.trigger()

    expect(order()).toEqual([])
  })
})

describe('a bad subscriber of the tracing channel', () => {
  const faults = {
    throws: () => raise(),
    'returns a promise that rejects': async () => raise(),
    'throws no error': () => {
      throw undefined
    },
  }
  for (const [what, fault] of Object.entries(faults)) {
    it(`that ${what} harms neither the run nor other subscribers nor the process`, async () => {
      const lines = consoleLines()
      subscribe(fault)
      const { order } = subscribe()
      let calls = 0
      const { task } = await started({ run: () => ++calls })

      expect(await task.trigger()).toMatchObject({ outcome: 'succeeded', value: 1 })
      await new Promise((resolve) => setImmediate(resolve))
      expect(calls).toBe(1)
      expect(order()).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
      expect(lines[0]).toMatch(/^\[runwell\] A subscriber of tracingChannel\('runwell:run'\) failed: /)
      expect(lines).toHaveLength(1)
    })
  }

  it('whose store or transform fails leaves the other stores and the run alone', async () => {
    const lines = consoleLines()
    const good = bind(({ task }) => task)
    bind(raise)
    const broken = { run: raise } as unknown as AsyncLocalStorage<unknown>
    const twice = {
      run: (_value: unknown, next: () => void) => {
        next()
        next()
      },
    } as unknown as AsyncLocalStorage<unknown>
    for (const store of [broken, twice]) {
      runs.start.bindStore(store)
      onTestFinished(() => void runs.start.unbindStore(store))
    }
    const seen: unknown[] = []
    const { task } = await started({ run: () => void seen.push(good.getStore()) })

    expect(await task.trigger()).toMatchObject({ outcome: 'succeeded' })
    expect(seen).toEqual(['feeds.poll'])
    expect(lines[0]).toContain("A subscriber of tracingChannel('runwell:run') failed: Error: no")
  })

  it('that unsubscribes while it is called does not keep the message from others', async () => {
    const once = (): void => void runs.start.unsubscribe(once)
    runs.start.subscribe(once)
    const { order } = subscribe()
    const { task } = await started({})
    await task.trigger()

    expect(order()[0]).toBe('start')
  })

  it('of the diagnostics observer is a fault of that observer', async () => {
    const heard: unknown[] = []
    const subscribers = [() => raise(), async () => raise(), (event: unknown) => void heard.push(event)]
    for (const each of subscribers) {
      channel('runwell:run.ended').subscribe(each)
      onTestFinished(() => void channel('runwell:run.ended').unsubscribe(each))
    }
    const failed: unknown[] = []
    const recorder: Observer = {
      name: 'recorder',
      eventTypes: ['observer.failed'],
      onEvent: (event) => void failed.push(event),
    }
    const { task } = await started({}, [diagnosticsObserver(), recorder])
    await task.trigger()
    await new Promise((resolve) => setImmediate(resolve))

    expect(heard).toMatchObject([{ type: 'run.ended', task: 'feeds.poll' }])
    expect(failed).toMatchObject([{ observer: 'diagnostics', method: 'onEvent', error: { message: 'no' } }])
  })
})

function raise(): never {
  throw new Error('no')
}
