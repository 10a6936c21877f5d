import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { Observer } from '../src/index.ts'
import { loop, manual, Supervisor } from '../src/index.ts'
import { VirtualClock } from '../src/testing/index.ts'
import { deferred, ignoring, setUp, untilAborted } from './supervised.ts'

async function started(observers: readonly Observer[] = []) {
  const scene = setUp()
  for (const observer of observers) scene.supervisor.observe(observer)
  await scene.supervisor.start()
  return scene
}

describe('spawned work', () => {
  it('is one tracked run with a value and an outcome', async () => {
    const { supervisor, recorder } = await started()

    const handle = supervisor.spawn('mail.send', async ({ task, trigger }) => `${task.name} ${trigger}`, {
      owner: 'mail',
    })

    expect(handle.runId).toBe(recorder.of('run.started')[0]?.runId)
    expect(await handle.result()).toBe('mail.send spawn')
    expect(await handle.outcome).toMatchObject({
      started: true,
      outcome: 'succeeded',
      value: 'mail.send spawn',
    })
    expect(supervisor.task('mail.send')).toMatchObject({ owner: 'mail', state: 'waiting' })
    expect(supervisor.task('mail.send')?.info.schedule.kind).toBe('spawn')
  })

  it('rejects only when its result is awaited', async () => {
    const { supervisor } = await started()
    const error = new RangeError('no')
    const failed = supervisor.spawn('job', () => Promise.reject(error))

    expect(await failed.outcome).toMatchObject({ outcome: 'failed', error })
    await expect(failed.result()).rejects.toBe(error)
    await expect(failed.result()).rejects.toBe(error)
  })

  it('can have many concurrent runs, each with its own abort', async () => {
    const { clock, supervisor } = await started()
    const [first, second] = [supervisor.spawn('job', untilAborted), supervisor.spawn('job', untilAborted)]
    expect(supervisor.task('job')?.active()).toHaveLength(2)

    first.abort()
    first.abort()
    await clock.advance(0)

    expect(await first.outcome).toMatchObject({ outcome: 'cancelled' })
    await expect(first.result()).rejects.toMatchObject({ name: 'RunFailedError' })
    expect(
      supervisor
        .task('job')
        ?.active()
        .map(({ runId }) => runId),
    ).toEqual([second.runId])
  })

  it('respects its timeout and can be abandoned', async () => {
    const { clock, supervisor } = await started()
    const handle = supervisor.spawn('job', ignoring, { timeout: '2s', abortGrace: '1s' })
    await clock.advance(3_000)

    expect(await handle.outcome).toMatchObject({ outcome: 'abandoned' })
    await expect(handle.result()).rejects.toThrow(/ended abandoned/)
    expect(await supervisor.spawn('job', () => 'next').result()).toBe('next')
  })

  it('works before the start, inside a run, and while a stop drains', async () => {
    const { clock, supervisor } = setUp()
    expect(await supervisor.spawn('early', () => 1).result()).toBe(1)
    const inside: unknown[] = []
    supervisor.register({
      name: 'parent',
      run: async () => {
        const handle = supervisor.spawn('inside', () => 2)
        inside.push(handle.runId, await handle.result())
      },
    })
    await supervisor.start()
    await supervisor.task('parent')?.trigger()
    expect(inside).toEqual([undefined, 2])

    const stopping = supervisor.stop({
      before: async () => inside.push(await supervisor.spawn('late', () => 3).result()),
    })
    await clock.advance(0)
    await stopping
    expect(inside).toEqual([undefined, 2, 3])
  })

  it('can be aborted before it has started', async () => {
    const { clock, supervisor } = await started()
    const outcomes: unknown[] = []
    supervisor.register({
      name: 'parent',
      run: async () => {
        const handle = supervisor.spawn('child', untilAborted)
        handle.abort()
        outcomes.push((await handle.outcome).started)
        outcomes.push(await handle.outcome)
      },
    })
    const result = supervisor.task('parent')?.trigger()
    await clock.advance(0)

    expect(outcomes).toMatchObject([true, { outcome: 'cancelled' }])
    expect(await result).toMatchObject({ outcome: 'succeeded' })
  })
})

describe('an instrumented function', () => {
  it('that is synchronous passes on its arguments, this, value and error synchronously', async () => {
    const { supervisor, recorder } = await started()
    class Counter {
      total = 0
      add(by: number, ...more: number[]): number {
        if (by < 0) throw new RangeError('negative')
        this.total += by + more.length
        return this.total
      }
    }
    const counter = new Counter()
    counter.add = supervisor.instrument({ name: 'counter.add', category: 'maths' }, counter.add)

    expect(counter.add(2, 0, 0)).toBe(4)
    expect(() => counter.add(-1)).toThrow(new RangeError('negative'))
    expect(counter.add.name).toBe('add')
    expect(counter.add).toHaveLength(1)
    expect(recorder.of('run.ended').map(({ outcome, trigger }) => [outcome, trigger])).toEqual([
      ['succeeded', 'call'],
      ['failed', 'call'],
    ])
    expect(supervisor.task('counter.add')).toMatchObject({ category: 'maths', state: 'waiting' })
  })

  it('that is asynchronous returns the original promise, and its run ends with it', async () => {
    const { clock, supervisor, recorder } = await started()
    const gate = deferred()
    const { promise } = gate
    const wrapped = supervisor.instrument({ name: 'a' }, () => promise)

    expect(wrapped()).toBe(promise)
    expect(supervisor.task('a')?.active()).toHaveLength(1)
    gate.reject(new TypeError('no'))
    await expect(promise).rejects.toThrow('no')
    await clock.advance(0)

    expect(recorder.of('run.ended')).toMatchObject([{ outcome: 'failed', error: { name: 'TypeError' } }])
  })

  it('that returns a promise of another realm is awaited, and a lazy thenable is left alone', async () => {
    const { clock, supervisor, recorder } = await started()
    const foreign = runInContext('Promise.reject(new Error("foreign"))', createContext()) as Promise<never>
    let reads = 0
    const lazy = Object.defineProperty({}, 'then', {
      get: () => {
        reads += 1
        return undefined
      },
    })
    foreign.catch(() => {})

    supervisor.instrument({ name: 'foreign' }, () => foreign)()
    supervisor.instrument({ name: 'lazy' }, () => lazy)()
    await clock.advance(0)

    expect(recorder.of('run.ended').map(({ task, outcome }) => [task, outcome])).toEqual([
      ['lazy', 'succeeded'],
      ['foreign', 'failed'],
    ])
    expect(reads).toBe(0)
  })

  it('is wrapped only once per name', async () => {
    const { supervisor, recorder } = await started()
    const fn = (): number => 1
    const wrapped = supervisor.instrument({ name: 'a' }, fn)

    expect(supervisor.instrument({ name: 'a' }, wrapped)).toBe(wrapped)
    expect(supervisor.instrument({ name: 'a' }, fn)).toBe(wrapped)
    expect(() => supervisor.instrument({ name: 'a' }, () => 2)).toThrow("got 'a'")
    wrapped()
    expect(recorder.of('run.started')).toHaveLength(1)

    const other = new Supervisor({ clock: new VirtualClock(), observers: [] })
    const twice = other.instrument({ name: 'a' }, wrapped)
    expect(twice()).toBe(1)
    expect([other, supervisor].map((one) => one.task('a')?.metrics().started)).toEqual([1, 2])
  })

  it('runs untracked once its task is unregistered, and can be wrapped again', async () => {
    const { supervisor } = await started()
    const wrapped = supervisor.instrument({ name: 'a' }, () => 1)
    await supervisor.task('a')?.unregister()
    const again = supervisor.instrument({ name: 'a' }, wrapped)

    expect([wrapped(), again()]).toEqual([1, 1])
    expect(supervisor.task('a')?.metrics().started).toBe(1)
  })

  it('runs untracked after the stop, but is counted', async () => {
    const { supervisor, recorder } = await started()
    const wrapped = supervisor.instrument({ name: 'a' }, (text: string) => text)
    await supervisor.stop()

    expect(wrapped('late')).toBe('late')
    expect(supervisor.task('a')?.metrics()).toMatchObject({ started: 0, afterQuiet: 1 })
    expect(recorder.types().at(-1)).toBe('shutdown.ended')
  })

  it('runs untracked while its task is paused', async () => {
    const { supervisor } = await started()
    const wrapped = supervisor.instrument({ name: 'a' }, () => 1)
    supervisor.task('a')?.pause()

    expect(wrapped()).toBe(1)
    expect(supervisor.task('a')?.metrics()).toMatchObject({ started: 0, skipped: { paused: 1 } })
  })

  it('that is called during a stop ends by itself and is never aborted', async () => {
    const { clock, supervisor, recorder } = await started()
    const gate = deferred()
    const wrapped = supervisor.instrument({ name: 'a' }, () => gate.promise)
    void wrapped()
    const stopping = supervisor.stop()
    await clock.advance(3_000)
    gate.resolve()
    await clock.advance(0)

    expect(await stopping).toMatchObject({ tookMs: 3_000, exitCode: 0 })
    expect(recorder.of('run.ended')).toMatchObject([{ outcome: 'succeeded' }])
  })

  it('that is called in the synchronous part of a run is reported after it, with its error', async () => {
    const { clock, supervisor, recorder } = await started()
    const error = new RangeError('inner')
    const inner = supervisor.instrument({ name: 'inner' }, () => {
      throw error
    })
    const task = supervisor.register({ name: 'outer', schedule: manual(), run: () => inner() })
    await task.trigger()
    await clock.advance(0)

    expect(recorder.of('run.ended', 'inner')).toMatchObject([{ outcome: 'failed', error }])
    expect(recorder.of('run.ended', 'outer')).toMatchObject([{ outcome: 'failed', error }])
  })

  it('runs inside the wrappers of observers', async () => {
    const order: string[] = []
    const { supervisor } = await started([
      {
        name: 'wraps',
        aroundRun: ({ task, trigger }, next) => {
          order.push(`around ${task.name} ${trigger}`)
          return next()
        },
      },
    ])

    const result = supervisor.instrument({ name: 'a' }, () => order.push('call'))()

    expect(result).toBe(2)
    expect(order).toEqual(['around a call', 'call'])
  })

  it('rejects the options timeout, overlap, restart, schedule and retry', () => {
    const { supervisor } = setUp()

    for (const key of ['timeout', 'overlap', 'restart', 'schedule', 'retry']) {
      expect(() => supervisor.instrument({ name: 'a', [key]: 1 }, () => {})).toThrow(
        `Unknown option '${key}' of \`instrument\``,
      )
    }
    expect(() => supervisor.instrument({ name: 'a' }, 5 as never)).toThrow('Expected `fn` to be a function')
    expect(supervisor.register({ name: 'a', schedule: loop(), run: () => {} }).state).toBe('registered')
  })
})
