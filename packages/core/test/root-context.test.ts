import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Observer, TaskOptions } from '../src/index.ts'
import { always, backoff, cron, every, loop, manual, schedules } from '../src/index.ts'
import { boom } from './in-run.ts'
import { deferred, setUp } from './supervised.ts'

const store = new AsyncLocalStorage<string>()

function noting(seen: (string | undefined)[], then?: TaskOptions['run']): TaskOptions['run'] {
  return async (context) => {
    seen.push(store.getStore())
    await Promise.resolve()
    seen.push(store.getStore())
    return then?.(context)
  }
}

const root = [undefined, undefined]

describe('a run starts in the root context', () => {
  it('when a timer starts it', async () => {
    const { clock, supervisor } = setUp()
    const seen: (string | undefined)[] = []
    await store.run('registers and starts', async () => {
      supervisor.register({ name: 'every', schedule: every('10s', { immediate: true }), run: noting(seen) })
      supervisor.register({ name: 'cron', schedule: cron('* * * * *'), run: noting(seen) })
      supervisor.register({
        name: 'delay',
        schedule: schedules.delay('20s', { immediate: true }),
        run: noting(seen),
      })
      supervisor.register({ name: 'once', schedule: schedules.once({ after: '5s' }), run: noting(seen) })
      await supervisor.start()
    })

    await store.run('arms the timer again', () => clock.advance(60_000))

    expect(seen).toHaveLength(2 * (7 + 2 + 4 + 1))
    expect(new Set(seen)).toEqual(new Set([undefined]))
  })

  it('when it is triggered', async () => {
    const { clock, supervisor } = setUp()
    const seen: (string | undefined)[] = []
    const task = supervisor.register({ name: 'a', schedule: manual(), run: noting(seen) })
    await store.run('triggers', async () => {
      await task.trigger()
      await task.restart()
      expect(store.getStore()).toBe('triggers')
    })
    await supervisor.start()
    await store.run('restarts', () => task.restart())
    await clock.advance(0)

    expect(seen).toEqual([...root, ...root])
  })

  it('when `enabled` is called before it', async () => {
    const { clock, supervisor } = setUp()
    const seen: (string | undefined)[] = []
    const task = supervisor.register({
      name: 'a',
      schedule: every('10s', { immediate: true }),
      enabled: () => {
        seen.push(store.getStore())
        return true
      },
      run: noting(seen),
    })
    await supervisor.start()
    await store.run('advances', () => clock.advance(0))
    await store.run('triggers', () => task.trigger())

    expect(seen).toEqual([undefined, ...root, undefined, ...root])
  })

  it('when registering, resuming or rescheduling starts it', async () => {
    const { clock, supervisor } = setUp()
    const seen: (string | undefined)[] = []
    await supervisor.start()
    const task = store.run('registers', () =>
      supervisor.register({ name: 'a', schedule: loop(), run: noting(seen, ({ sleep }) => sleep('1d')) }),
    )
    await clock.advance(0)
    task.pause()
    await clock.advance(0)
    store.run('resumes', () => task.resume())
    const other = supervisor.register({ name: 'b', schedule: manual(), run: noting(seen) })
    store.run('reschedules', () => other.reschedule(schedules.once({ after: 0 })))
    await clock.advance(0)

    expect(seen).toEqual([...root, ...root, ...root])
  })

  it('when the end of another run starts it', async () => {
    const { clock, supervisor } = setUp()
    const seen: (string | undefined)[] = []
    const gate = deferred()
    const queued = supervisor.register({
      name: 'queued',
      overlap: 'queue',
      run: noting(seen, async ({ input }) => {
        if (input !== 'first') return
        await store.run('inside the first run', () => gate.promise)
      }),
    })
    supervisor.register({
      name: 'restarted',
      schedule: loop(),
      restart: always({ backoff: backoff.fixed('1s') }),
      run: noting(
        seen,
        ({ generation, sleep }: { generation?: number; sleep: (time: '1d') => Promise<void> }) => {
          store.enterWith(`inside the run ${generation ?? ''}`)
          return seen.length < 8 ? Promise.reject(new Error('down')) : sleep('1d')
        },
      ),
    })
    await supervisor.start()
    const results = [queued.trigger('first'), queued.trigger('second')]
    await clock.advance(0)
    store.run('settles', () => gate.resolve())
    await clock.advance(2_000)
    await Promise.all(results)

    expect(new Set(seen)).toEqual(new Set([undefined]))
    expect(seen.length).toBeGreaterThanOrEqual(8)
  })

  it('when it is started by the end of a run that used enterWith()', async () => {
    const contexts: [string, string | undefined][] = []
    const observer: Observer = {
      name: 'around',
      aroundRun: ({ runId }, next) => {
        contexts.push(['around', store.getStore()])
        store.run(`around ${runId}`, next)
      },
      onEvent: ({ type }) => void contexts.push([type, store.getStore()]),
    }
    const { clock, supervisor } = setUp({ observers: [observer] })
    const seen: (string | undefined)[] = []
    const entered = new AsyncLocalStorage<unknown>()
    const gate = deferred()
    const task = supervisor.register({
      name: 'queued',
      overlap: 'queue',
      run: async ({ input }) => {
        seen.push(entered.getStore() as string | undefined)
        entered.enterWith(input)
        await gate.promise
      },
    })
    await supervisor.start()
    const results = [task.trigger('first'), task.trigger('second')]
    await clock.advance(0)
    gate.resolve()
    await Promise.all(results)

    expect(seen).toEqual([undefined, undefined])
    expect(contexts.filter(([what]) => what === 'around')).toHaveLength(2)
    expect(new Set(contexts.map(([, where]) => where))).toEqual(new Set([undefined]))
  })

  it('when an observer or a health rule starts it', async () => {
    const seen: (string | undefined)[] = []
    const contexts: (string | undefined)[] = []
    const observer: Observer = {
      name: 'triggers',
      onEvent(event) {
        contexts.push(store.getStore())
        if (event.type !== 'run.ended' || event.task !== 'a') return
        store.run('observes', () => void supervisor.task('b')?.trigger())
      },
    }
    const { clock, supervisor } = setUp({ observers: [observer] })
    supervisor.register({ name: 'b', run: noting(seen) })
    const rules: (string | undefined)[] = []
    const rule = () => {
      rules.push(store.getStore())
      return undefined
    }
    const a = supervisor.register({ name: 'a', health: [rule], run: noting(seen) })
    await store.run('starts', () => supervisor.start())

    await store.run('triggers', () => a.trigger())
    await clock.advance(60_000)

    expect(seen).toEqual([...root, ...root])
    expect(new Set([...contexts, ...rules])).toEqual(new Set([undefined]))
    expect(rules.length).toBeGreaterThan(0)
  })
})

describe('spawned work', () => {
  it('keeps the context of its caller, also in its retries and after its abort', async () => {
    const { clock, supervisor } = setUp()
    const seen: unknown[] = []
    const handle = store.run('the request', () =>
      supervisor.spawn(
        'job',
        async ({ attempt, sleep, signal }) => {
          seen.push(attempt, store.getStore())
          signal.addEventListener('abort', () => seen.push('abort', store.getStore()))
          await sleep('1s')
          seen.push(store.getStore())
          if (attempt === 1) throw new Error('again')
          await sleep('1h')
        },
        { retry: { times: 1, backoff: backoff.fixed('1s') } },
      ),
    )
    await store.run('another request', () => clock.advance(5_000))
    handle.abort()
    await handle.outcome

    const own = 'the request'
    expect(seen).toEqual([1, own, own, 2, own, own, 'abort', own])
  })

  it('does not change the context of its caller, or of a run that follows', async () => {
    const { supervisor } = setUp({ observers: [{ name: 'around', aroundRun: (_scope, next) => next() }] })
    const seen: unknown[] = []
    await store.run('the request', async () => {
      const first = supervisor.spawn('job', () => store.enterWith('of the run'))
      seen.push(store.getStore())
      await first.outcome
      await supervisor.spawn('job', () => void seen.push(store.getStore())).outcome
    })
    await supervisor.spawn('job', () => void seen.push(store.getStore())).outcome

    expect(seen).toEqual(['the request', 'the request', undefined])
  })
})

describe('captureCaller() of an observer', () => {
  it('is called in the context of the caller, and aroundRun() gets what it returned', async () => {
    const callers: unknown[] = []
    const observer = (name: string): Observer => ({
      name,
      captureCaller: () => `${name}: ${store.getStore()}`,
      aroundRun: ({ task, unit }, next, caller) => {
        callers.push([unit ?? task.name, caller])
        return next()
      },
    })
    const { clock, supervisor } = setUp({ observers: [observer('a'), observer('b')] })
    const task = supervisor.register({
      name: 'manual',
      overlap: 'queue',
      run: ({ unit }) => unit('message', () => {}),
    })
    supervisor.register({ name: 'slot', schedule: every('1h', { immediate: true }), run: () => {} })
    await supervisor.start()
    await clock.advance(0)
    await store.run('request 1', () =>
      Promise.all([task.trigger(), store.run('request 2', () => task.trigger())]),
    )
    await store.run('request 3', () => task.restart())
    await clock.advance(0)
    await store.run('request 4', () => supervisor.spawn('job', () => {}).outcome)

    const both = (what: string, caller: string) => [
      [what, `a: ${caller}`],
      [what, `b: ${caller}`],
    ]
    const without = (what: string) => [
      [what, undefined],
      [what, undefined],
    ]
    expect(callers).toEqual([
      ...without('slot'),
      ...both('manual', 'request 1'),
      ...without('message'),
      ...both('manual', 'request 2'),
      ...without('message'),
      ...both('manual', 'request 3'),
      ...without('message'),
      ...both('job', 'request 4'),
    ])
  })

  it('that throws or rejects prevents nothing and is reported', async () => {
    const broken = (name: string, captureCaller: () => unknown): Observer => ({
      name,
      captureCaller,
      aroundRun: (_scope, next) => next(),
    })
    const { recorder, supervisor } = setUp()
    supervisor.observe(
      broken('throws', () => {
        throw new Error('no caller')
      }),
    )
    supervisor.observe(broken('rejects', () => Promise.reject(new Error('no caller'))))
    const task = supervisor.register({ name: 'a', run: () => 7 })
    await supervisor.start()

    expect(await task.trigger()).toMatchObject({ value: 7 })
    expect(recorder.of('observer.failed').map(({ observer, method }) => [observer, method])).toEqual([
      ['throws', 'captureCaller'],
      ['rejects', 'captureCaller'],
    ])
  })
})

describe('a context that a run sets with enterWith()', () => {
  it('does not reach other runs or later runs of its task', async () => {
    const { clock, supervisor } = setUp()
    const seen: (string | undefined)[] = []
    for (const name of ['a', 'b']) {
      supervisor.register({
        name,
        schedule: every('10s', { immediate: true }),
        run: () => {
          seen.push(store.getStore())
          store.enterWith(name)
        },
      })
    }
    await supervisor.start()
    await clock.advance(20_000)

    expect(seen).toEqual([undefined, undefined, undefined, undefined, undefined, undefined])
    expect(store.getStore()).toBeUndefined()
  })

  it('does not reach its retries', async () => {
    const { clock, supervisor } = setUp()
    const seen: (string | undefined)[] = []
    supervisor.register({
      name: 'a',
      schedule: every('1h', { immediate: true }),
      retry: { times: 2, backoff: backoff.fixed('1s') },
      run: ({ attempt }) => {
        seen.push(store.getStore())
        store.enterWith(`attempt ${attempt}`)
        throw new Error('again')
      },
    })
    await supervisor.start()
    await clock.advance(10_000)

    expect(seen).toEqual([undefined, undefined, undefined])
  })
})

describe('the context of a run', () => {
  it('is still active when a lazy thenable that it returns starts its work', async () => {
    const { supervisor } = setUp({
      observers: [{ name: 'span', aroundRun: ({ task }, next) => store.run(task.name, next) }],
    })
    const seen: (string | undefined)[] = []
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: query builders do the same
      then(done: () => void) {
        seen.push(store.getStore())
        done()
      },
    }
    const task = supervisor.register({ name: 'query', run: () => query as Promise<void> })

    await task.trigger()

    expect(seen).toEqual(['query'])
  })

  it('is kept across awaits and sleeps', async () => {
    const { clock, supervisor } = setUp()
    const seen: (string | undefined)[] = []
    const task = supervisor.register({
      name: 'a',
      run: ({ sleep, unit, signal }) =>
        store.run('mine', async () => {
          signal.addEventListener('abort', () => seen.push(`aborted in ${store.getStore()}`))
          await sleep('5s')
          seen.push(store.getStore())
          await unit('message', async () => {
            await sleep('5s')
            seen.push(store.getStore())
          })
          seen.push(store.getStore())
        }),
    })
    const result = task.trigger()
    await store.run('other', () => clock.advance(10_000))
    await result

    expect(seen).toEqual(['mine', 'mine', 'mine'])
  })

  it('is the one that an observer set around it, for each attempt', async () => {
    const { clock, supervisor } = setUp({
      observers: [{ name: 'span', aroundRun: ({ runId }, next) => store.run(runId, next) }],
    })
    const seen: (string | undefined)[] = []
    supervisor.register({
      name: 'a',
      schedule: every('1h', { immediate: true }),
      retry: { times: 1, backoff: backoff.fixed('1s') },
      run: async ({ runId, sleep }) => {
        seen.push(runId, store.getStore())
        await sleep('1s')
        seen.push(store.getStore())
        throw new Error('again')
      },
    })
    await supervisor.start()
    await clock.advance(10_000)

    const [runId] = seen
    expect(seen).toEqual([runId, runId, runId, runId, runId, runId])
  })
})

describe('the observers', () => {
  function watching() {
    const seen: [what: string, store: string | undefined][] = []
    const observer: Observer = {
      name: 'watching',
      onEvent: ({ type }) => void seen.push([type, store.getStore()]),
      onSupervisor: () => void seen.push(['onSupervisor', store.getStore()]),
      flush: () => void seen.push(['flush', store.getStore()]),
    }
    return { observer, seen, inAContext: () => seen.filter(([, context]) => context !== undefined) }
  }
  const callAll = ({ supervisor }: ReturnType<typeof setUp>, name: string): void => {
    const task = supervisor.register({ name, schedule: every('10s', { immediate: true }), run: () => {} })
    supervisor.instrument({ name: `${name}.called` }, () => {})()
    supervisor.spawn(`${name}.spawned`, () => {})
    task.reschedule(every('20s'))
    task.pause()
    task.resume()
    void task.trigger()
    void task.restart()
    supervisor.explain(name)
    void supervisor.owner(name).dispose()
    void task.unregister()
  }

  it('get events in the root context, whatever the synchronous part of a run calls', async () => {
    const scene = setUp()
    const { observer, seen, inAContext } = watching()
    scene.supervisor.observe(observer)
    await scene.supervisor.start()
    const task = scene.supervisor.register({
      name: 'enters',
      schedule: manual(),
      run: () => {
        store.run('of the run', callAll, scene, 'in-run')
        store.enterWith('entered')
        callAll(scene, 'entered')
      },
    })
    store.run('caller', () => {
      callAll(scene, 'plain')
      scene.supervisor.spawn('spawned', () => callAll(scene, 'in-spawned'))
      scene.supervisor.instrument({ name: 'called' }, () => callAll(scene, 'in-called'))()
      void task.trigger()
    })
    await scene.clock.advance('1m')

    const names = new Set(seen.map(([type]) => type))
    for (const type of ['task.registered', 'run.started', 'run.ended', 'task.paused', 'task.rescheduled'])
      expect(names).toContain(type)
    expect(inAContext()).toEqual([])
  })

  it('get the stop of a run, and are flushed, in the root context', async () => {
    for (const stop of ['in a run', 'outside']) {
      const { clock, supervisor } = setUp()
      const { observer, seen, inAContext } = watching()
      supervisor.observe(observer)
      await supervisor.start()
      let stopped: unknown
      store.run('caller', () => {
        if (stop === 'outside') stopped = supervisor.stop()
        else supervisor.spawn('stops', (context) => context.stop())
      })
      await clock.advance('1m')
      await stopped

      expect(seen.map(([what]) => what)).toEqual(expect.arrayContaining(['shutdown.ended', 'flush']))
      expect(inAContext()).toEqual([])
    }
  })

  it('are attached in the root context, and get the faults of others there', async () => {
    const { observer, seen, inAContext } = watching()
    const faulty: Observer = {
      name: 'faulty',
      aroundRun(_scope, next) {
        next()
        throw new Error('no')
      },
      captureCaller: async () => {
        throw new Error('later')
      },
      onSupervisor: async () => {
        throw new Error('later')
      },
    }
    await store.run('caller', async () => {
      const { clock, supervisor } = setUp()
      supervisor.observe(observer)
      supervisor.observe(faulty)
      await supervisor.start()
      supervisor.spawn('a', () => {})
      supervisor.instrument({ name: 'b' }, () => {})()
      await clock.advance('2m')
      supervisor.spawn('a', () => {})
      await clock.advance(0)
    })

    expect(seen.filter(([what]) => what === 'observer.failed').length).toBeGreaterThan(1)
    expect(inAContext()).toEqual([])
  })

  it('are replaced by a console that is called in the root context', async () => {
    const seen: unknown[] = []
    const spy = vi.spyOn(console, 'error').mockImplementation(() => void seen.push(store.getStore()))
    onTestFinished(() => spy.mockRestore())
    await store.run('caller', async () => {
      const { supervisor } = setUp()
      supervisor.discover({ bad: { getTasks: () => [{ name: 'bad' }] } })
      supervisor.observe({ name: 'bad', onSupervisor: boom })
    })

    expect(seen.length).toBeGreaterThan(0)
    expect(new Set(seen)).toEqual(new Set([undefined]))
  })
})
