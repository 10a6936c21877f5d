import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import type { Observer, RunContext, RunScope } from '../src/index.ts'
import { diagnosticsObserver, every, logObserver, manual, Supervisor } from '../src/index.ts'
import { observerContract, recordEvents, VirtualClock } from '../src/testing/index.ts'
import { consoleLines, setUp } from './supervised.ts'

const bad: Observer = {
  name: 'bad',
  onEvent: () => {
    throw new TypeError('no')
  },
}
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

describe('the log observer', () => {
  for (const { name, run } of observerContract(() => logObserver(silent))) it(name, run)
})

describe('the diagnostics observer', () => {
  for (const { name, run } of observerContract(() => diagnosticsObserver())) it(name, run)
})

describe('an observer that wraps runs', () => {
  const wrapping = (): Observer => ({ name: 'wraps', aroundRun: (_scope, next) => next() })
  for (const { name, run } of observerContract(wrapping)) it(name, run)
})

describe('a bad observer', () => {
  async function withObserver(bad: Observer) {
    const clock = new VirtualClock()
    const recorder = recordEvents()
    const supervisor = new Supervisor({ clock, observers: [bad, recorder] })
    const task = supervisor.register({ name: 'a', schedule: manual(), run: async () => 'value' })
    await supervisor.start()
    const outcomes = [task.trigger(), task.trigger()]
    await clock.advance(1_000)
    return { recorder, outcomes: await Promise.all(outcomes) }
  }

  it('that never calls next does not prevent the run', async () => {
    const { recorder, outcomes } = await withObserver({ name: 'bad', aroundRun: () => undefined })

    expect(outcomes[0]).toMatchObject({ started: true, outcome: 'succeeded', value: 'value' })
    expect(recorder.of('observer.failed')).toMatchObject([{ observer: 'bad', method: 'aroundRun' }])
  })

  it('that calls next too late or twice still has each run once', async () => {
    let runs = 0
    const late: Observer = {
      name: 'late',
      aroundRun: (_scope, next) => void Promise.resolve().then(() => next(() => {})),
    }
    const eager: Observer = {
      name: 'eager',
      aroundRun(_scope, next) {
        next(() => {})
        next(() => {})
      },
    }
    const clock = new VirtualClock()
    const supervisor = new Supervisor({ clock, observers: [late, eager, recordEvents()] })
    const run = () => {
      runs += 1
    }
    const task = supervisor.register({ name: 'a', schedule: manual(), run })
    await supervisor.start()

    await task.trigger()
    await clock.advance(1_000)

    expect(runs).toBe(1)
  })

  it('that throws before, after or later changes no outcome', async () => {
    for (const aroundRun of [
      () => {
        throw new Error('before')
      },
      (_scope: RunScope, next: () => unknown) => {
        next()
        throw new Error('after')
      },
      async (_scope: RunScope, next: () => unknown) => {
        await next()
        throw new Error('later')
      },
    ]) {
      const { recorder, outcomes } = await withObserver({ name: 'bad', aroundRun })
      expect(outcomes[0]).toMatchObject({ started: true, outcome: 'succeeded' })
      expect(recorder.of('observer.failed')).toHaveLength(1)
    }
  })

  it('that throws on every event is reported to the others once a minute', async () => {
    const clock = new VirtualClock()
    const recorder = recordEvents()
    const bad: Observer = {
      name: 'bad',
      onEvent: () => {
        throw new Error('no')
      },
    }
    const supervisor = new Supervisor({ clock, observers: [bad, recorder] })
    supervisor.register({ name: 'a', schedule: every('1s', { immediate: true }), run: () => {} })
    await supervisor.start()

    await clock.advance(119_000)

    expect(recorder.of('observer.failed')).toHaveLength(2)
    expect(recorder.of('run.ended')).toHaveLength(120)
  })

  it('that is the only one is reported on the console', async () => {
    const lines = consoleLines()

    await withObserver(bad)
    expect(lines).toEqual([])

    const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [bad] })
    supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
    await supervisor.start()
    expect(lines).toEqual(["[runwell] Observer 'bad' failed in onEvent(): TypeError: no"])
  })

  it('adds its annotations to later events of the run', async () => {
    const clock = new VirtualClock()
    const recorder = recordEvents()
    const annotating: Observer = {
      name: 'traces',
      aroundRun: (scope, next) => {
        scope.annotate({ trace_id: 'abc' })
        return next()
      },
    }
    const supervisor = new Supervisor({ clock, observers: [annotating, recorder] })
    const task = supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
    await supervisor.start()
    await task.trigger()

    expect(recorder.of('run.ended')[0]?.annotations).toEqual({ trace_id: 'abc' })
    expect(task.history()[0]?.annotations).toEqual({ trace_id: 'abc' })
  })
})

describe('onAnnotate', () => {
  type Seen = readonly [who: string, texts: unknown, store: unknown, sameScope: boolean]

  function listening(name: string, seen: Seen[], storage: AsyncLocalStorage<string>): Observer {
    const scopes = new Set<RunScope>()
    return {
      name,
      aroundRun(scope, next) {
        scopes.add(scope)
        scope.annotate({ trace_id: 'abc' })
        return storage.run('run', () => next())
      },
      onAnnotate: (scope, texts) => void seen.push([name, texts, storage.getStore(), scopes.has(scope)]),
    }
  }

  it('receives what the function of a run adds, in its async context, and nothing that observers add', async () => {
    const clock = new VirtualClock()
    const storage = new AsyncLocalStorage<string>()
    const seen: Seen[] = []
    const supervisor = new Supervisor({ clock, observers: [listening('near', seen, storage)] })
    const task = supervisor.register({
      name: 'a',
      schedule: manual(),
      run: async ({ annotate, sleep, unit }) => {
        annotate({ tenant: 'a' })
        await sleep('1s')
        await unit('page', () => storage.run('own', () => annotate({ page: '7', long: 'x'.repeat(200) })))
      },
    })
    await supervisor.start()
    const triggered = task.trigger()
    await clock.advance('2s')
    await triggered

    const long = `${'x'.repeat(127)}…`
    expect(seen).toEqual([
      ['near', { tenant: 'a' }, 'run', true],
      ['near', { page: '7', long }, 'own', true],
    ])
    expect(task.history()[0]?.annotations).toEqual({ tenant: 'a', page: '7', long, trace_id: 'abc' })
  })

  it('is called by runs that began with the observer, until they end', async () => {
    const clock = new VirtualClock()
    const storage = new AsyncLocalStorage<string>()
    const seen: Seen[] = []
    const supervisor = new Supervisor({ clock, observers: [listening('first', seen, storage)] })
    let annotate: RunContext['annotate'] = () => {}
    const task = supervisor.register({
      name: 'a',
      schedule: manual(),
      run: (run) => {
        annotate = run.annotate
        return run.sleep('1m')
      },
    })
    await supervisor.start()
    const triggered = task.trigger()
    await clock.advance(1)
    supervisor.observe(listening('second', seen, storage))
    annotate({ step: 'running' })
    await clock.advance('2m')
    await triggered
    annotate({ step: 'too late' })

    expect(seen.map(([who, texts]) => [who, texts])).toEqual([['first', { step: 'running' }]])
  })

  it('is contained: a fault reaches the other observers, and neither the run nor its texts', async () => {
    const clock = new VirtualClock()
    const recorder = recordEvents()
    const bad: Observer = {
      name: 'bad',
      aroundRun: (_scope, next) => next(),
      onAnnotate: () => {
        throw new TypeError('no')
      },
    }
    const supervisor = new Supervisor({ clock, observers: [bad, recorder] })
    const task = supervisor.register({
      name: 'a',
      schedule: manual(),
      run: ({ annotate }) => annotate({ tenant: 'a' }),
    })
    await supervisor.start()

    expect(await task.trigger()).toMatchObject({ outcome: 'succeeded' })
    expect(recorder.of('observer.failed')).toMatchObject([{ observer: 'bad', method: 'onAnnotate' }])
    expect(task.history()[0]?.annotations).toEqual({ tenant: 'a' })
  })

  it('is not enough for an observer, because it adds to aroundRun', () => {
    const observer = { name: 'a', onAnnotate: () => {} } as Observer
    expect(() => new Supervisor({ observers: [observer] })).toThrow('aroundRun')
  })

  it('leaves 8 texts to the function of a run, and 8 to the observers, whose ids it cannot replace', async () => {
    const clock = new VirtualClock()
    const eight = Object.fromEntries(Array.from('abcdefgh', (key) => [key, key]))
    const ids = { trace_id: 'abc', span_id: 'def' }
    const traces: Observer = {
      name: 'traces',
      aroundRun: (scope, next) => {
        scope.annotate(ids)
        return next()
      },
    }
    const supervisor = new Supervisor({ clock, observers: [traces] })
    const task = supervisor.register({
      name: 'a',
      schedule: manual(),
      run: ({ annotate, input }) => annotate(input as Record<string, string>),
    })
    await supervisor.start()
    await task.trigger({ ...eight, ninth: 'left out', constructor: 'too' })
    await task.trigger({ trace_id: 'mine' })

    expect(task.history().map(({ annotations }) => annotations)).toEqual([ids, { ...eight, ...ids }])
  })
})

describe('the result of a run', () => {
  async function around(aroundRun: NonNullable<Observer['aroundRun']>, run: () => unknown = () => {}) {
    const clock = new VirtualClock()
    const recorder = recordEvents()
    const supervisor = new Supervisor({ clock, observers: [{ name: 'near', aroundRun }, recorder] })
    const task = supervisor.register({
      name: 'a',
      schedule: manual(),
      timeout: '1s',
      retry: { times: 1 },
      run,
    })
    await supervisor.start()
    const triggered = task.trigger()
    await clock.advance(10_000)
    return { answer: await triggered, recorder }
  }

  it('is passed to a callback after the end event and before the trigger resolves', async () => {
    const order: string[] = []
    const near: Observer = {
      name: 'near',
      onEvent: ({ type }) => order.push(type),
      aroundRun: (_scope, next) => next(() => order.push('callback')),
    }
    const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [near] })
    const task = supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
    await supervisor.start()
    order.length = 0
    await task.trigger().then(() => order.push('answer'))

    expect(order).toEqual(['run.started', 'run.ended', 'callback', 'health.changed', 'answer'])
  })

  it('names the last attempt and why it was aborted, in callbacks and promises, even late ones', async () => {
    const seen: unknown[] = []
    const listen: NonNullable<Observer['aroundRun']> = async (scope, next) => {
      seen.push(scope.retries)
      await new Promise<void>((resolve) => {
        next((result) => {
          seen.push(result)
          resolve()
        })
      })
      seen.push(await next())
      next((result) => seen.push(result))
    }
    await around(listen, () => new Promise(() => {}))

    const error = expect.objectContaining({ name: 'RunTimedOutError' })
    const result = { outcome: 'abandoned', error, attempt: 1, abortedFor: 'timeout' }
    expect(seen).toMatchObject([1, result, result, result])
  })

  it('is returned as a promise if next is called with something other than a callback', async () => {
    const seen: unknown[] = []
    await around(async (_scope, next) => {
      seen.push(await (next as (span: unknown) => Promise<unknown>)({ name: 'a span' }))
    })

    expect(seen).toMatchObject([{ outcome: 'succeeded', attempt: 1, abortedFor: undefined }])
  })

  it('reaches the next callback even if one has thrown or rejected, and the failures are reported', async () => {
    const seen: unknown[] = []
    const { answer, recorder } = await around((_scope, next) => {
      next(() => {
        throw new Error('at the end')
      })
      next(async () => {
        throw new Error('later')
      })
      next(({ outcome }) => seen.push(outcome))
    })

    expect(answer).toMatchObject({ started: true, outcome: 'succeeded' })
    expect(seen).toEqual(['succeeded'])
    expect(recorder.of('observer.failed')).toMatchObject([
      { observer: 'near', method: 'aroundRun', error: { message: 'at the end' } },
    ])
  })
})

describe('the async context that an observer sets for a run', () => {
  it('is also used for abort listeners and retries', async () => {
    const store = new AsyncLocalStorage<string>()
    const clock = new VirtualClock()
    const wrapping: Observer = { name: 'wraps', aroundRun: (_scope, next) => store.run('span', next) }
    const supervisor = new Supervisor({ clock, observers: [wrapping] })
    const seen: (string | undefined)[] = []
    const task = supervisor.register({
      name: 'a',
      schedule: manual(),
      timeout: '1s',
      retry: { times: 1 },
      run: ({ signal, attempt }) => {
        seen.push(store.getStore())
        if (attempt === 1) throw new Error('once')
        return new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            seen.push(store.getStore())
            resolve()
          })
        })
      },
    })
    await supervisor.start()
    const triggered = task.trigger()
    await clock.advance(10_000)
    await triggered

    expect(seen).toEqual(['span', 'span', 'span'])
  })
})

it('an observer that is already attached is refused, because it would receive each event twice', () => {
  const { supervisor, recorder } = setUp()
  const message =
    "Expected `observer` to be an observer that is not attached to this supervisor yet, got 'recorder'"

  expect(() => supervisor.observe(recorder)).toThrow(message)
  expect(() => new Supervisor({ observers: [recorder, recorder] })).toThrow(
    'Expected `observers[1]` to be an observer that is not in the list twice, got',
  )
  supervisor.register({ name: 'a', run: () => {} })
  expect(recorder.of('task.registered')).toHaveLength(1)

  const detach = supervisor.observe({ name: 'other', onEvent: () => {} })
  detach()
  detach()
})
