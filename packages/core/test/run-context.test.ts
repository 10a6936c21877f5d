import { describe, expect, it } from 'vitest'
import type { RunContext, TaskOptions } from '../src/index.ts'
import { backoff, every, loop, manual, RunAbortedError, RunTimedOutError } from '../src/index.ts'
import { consoleLines, setUp, untilAborted } from './supervised.ts'

async function started(options: Partial<TaskOptions> & Pick<TaskOptions, 'run'>) {
  const scene = setUp()
  const task = scene.supervisor.register({ name: 'a', ...options })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  return { ...scene, task }
}

describe('the context of a run', () => {
  it('works when it is destructured', async () => {
    let seen: unknown
    const { clock, recorder, task } = await started({
      schedule: loop(),
      run: async (context) => {
        const { signal, aborted, throwIfAborted, beat, ready, extend, sleep, unit, stop, input } = context
        const {
          task: { name },
          runId,
          trigger,
          attempt,
          scheduledAt,
          startedAt,
        } = context
        beat('up')
        ready()
        throwIfAborted()
        const value = await unit('message', () => 7)
        seen = {
          aborted,
          name,
          runId,
          trigger,
          attempt,
          scheduledAt,
          startedAt,
          input,
          value,
          signal,
          extend,
          stop,
        }
        await sleep('1d')
      },
    })
    await clock.advance(0)

    expect(seen).toMatchObject({
      aborted: false,
      name: 'a',
      runId: task.active()[0]?.runId,
      trigger: 'startup',
      attempt: 1,
      scheduledAt: undefined,
      startedAt: new Date(clock.now()),
      input: undefined,
      value: 7,
    })
    expect(recorder.of('run.ready')).toMatchObject([{ how: 'beat', afterMs: 0 }])
    expect(recorder.of('unit.ended')).toMatchObject([{ unit: 'message', outcome: 'succeeded' }])
    expect(task.active()).toMatchObject([{ lastBeatNote: 'message', lastBeatAt: clock.now() }])
  })

  it('does not count a unit as a beat: waiting for work promises no next beat', async () => {
    const { clock, task } = await started({
      schedule: loop(),
      run: async ({ unit, beat, sleep }) => {
        await unit('message', () => {})
        await sleep('10s')
        beat()
        await sleep('1d')
      },
    })
    await clock.advance(5_000)

    expect(task.metrics()).toMatchObject({ lastBeatAt: undefined, units: { succeeded: 1 } })
    await clock.advance(5_000)
    expect(task.metrics().lastBeatAt).toBe(clock.now())
  })

  it('contains the slot of the run', async () => {
    const slots: (number | undefined)[] = []
    const { clock } = await started({
      schedule: every('10s', { immediate: true, jitter: '4s' }),
      run: ({ scheduledAt }) => void slots.push(scheduledAt?.getTime()),
    })
    const began = clock.now()
    await clock.advance(25_000)

    expect(slots).toEqual([began, began + 10_000, began + 20_000])
  })

  it('has a signal with the abort reason, even if it is first read after the abort', async () => {
    const reasons: unknown[] = []
    const run: TaskOptions['run'] = async (context) => {
      await context.sleep('1d')
      const { signal, aborted } = context
      reasons.push([aborted, signal.aborted, signal.reason])
      expect(() => context.throwIfAborted()).toThrow(RunAbortedError)
      expect(() => context.throwIfAborted()).toThrow(signal.reason)
      context.throwIfAborted()
    }
    const { clock, task } = await started({ schedule: loop(), abortGrace: '3s', run })
    task.pause()
    await clock.advance(0)

    expect(reasons).toMatchObject([
      [
        true,
        true,
        { code: 'RUNWELL_ABORTED', abortedFor: 'paused', task: 'a', deadline: clock.now() + 3_000 },
      ],
    ])
    expect(task.lastRun).toMatchObject({ outcome: 'cancelled', error: undefined })
  })

  it('has a specific reason for a timeout', async () => {
    let reason: unknown
    const { clock, task } = await started({
      timeout: '2s',
      run: ({ signal }) =>
        new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason
            resolve()
          })
        }),
    })
    const result = task.trigger()
    await clock.advance(2_000)

    expect(reason).toBeInstanceOf(RunTimedOutError)
    expect(await result).toMatchObject({ outcome: 'timed-out', error: reason })
  })

  it('sleeps for the given time, is woken by the abort, and does not sleep after it', async () => {
    const log: string[] = []
    const { clock, task } = await started({
      run: async ({ sleep, startedAt }) => {
        const note = (what: string) => log.push(`${what} ${clock.now() - startedAt.getTime()}`)
        await sleep('5s')
        note('slept')
        await sleep('40d')
        note('woken')
        await sleep('1d')
        note('over')
      },
    })
    void task.trigger()
    await clock.advance(3_600_000)
    void task.unregister()
    await clock.advance(0)

    expect(log).toEqual(['slept 5000', 'woken 3600000', 'over 3600000'])
  })

  it('sleeps for longer than a timer can', async () => {
    const { clock, task } = await started({ run: ({ sleep }) => sleep('60d') })
    const result = task.trigger()
    for (let days = 0; days < 60; days += 10) {
      expect(task.state).toBe('running')
      clock.block(10 * 86_400_000)
      await clock.advance(0)
    }

    expect(await result).toMatchObject({ outcome: 'succeeded', durationMs: 60 * 86_400_000 })
  })

  it('rejects invalid durations', async () => {
    const { task } = await started({ run: ({ sleep }) => sleep(Number.NaN) })

    expect(await task.trigger()).toMatchObject({
      outcome: 'failed',
      error: { code: 'RUNWELL_INVALID_OPTION' },
    })
  })

  it('counts units, passes on their errors, and counts units ended by an abort as cancelled', async () => {
    const { clock, recorder, task } = await started({
      schedule: loop(),
      run: async ({ unit, sleep, signal }) => {
        await unit('one', async () => {})
        await expect(
          unit('two', () => {
            throw new RangeError('bad message')
          }),
        ).rejects.toThrow('bad message')
        await unit('three', async () => {
          await sleep('1d')
          signal.throwIfAborted()
        })
      },
    })
    await clock.advance(1_000)
    task.pause()
    await clock.advance(0)

    expect(recorder.of('unit.ended').map(({ unit, outcome }) => [unit, outcome])).toEqual([
      ['one', 'succeeded'],
      ['two', 'failed'],
      ['three', 'cancelled'],
    ])
    expect(task.metrics().units).toEqual({ succeeded: 1, failed: 1, cancelled: 1 })
    expect(task.metrics().outcomes).toMatchObject({ cancelled: 1, failed: 0 })
  })

  it('extends the time to end, up to the deadline of the stop', async () => {
    const lefts: number[] = []
    const { clock, supervisor } = await started({
      schedule: loop(),
      run: async ({ sleep, extend }) => {
        await sleep('1d')
        lefts.push(extend('5s'))
        await new Promise<void>((resolve) => void clock.timer(resolve, 13_000))
        lefts.push(extend('1d'))
        await new Promise<void>((resolve) => void clock.timer(resolve, 8_000))
      },
    })
    const stopping = supervisor.stop({ deadline: '25s', classGrace: '10s' })
    await clock.advance(25_000)
    const report = await stopping

    expect(lefts).toEqual([15_000, 10_000])
    expect(report).toMatchObject({ exitCode: 0, tookMs: 21_000, abandoned: [] })
  })
})

describe('the value that a run throws', () => {
  const revoked = (): object => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  }
  const hostile = Object.defineProperty(new Error('x'), 'message', {
    get: () => {
      throw new Error('no message')
    },
  })
  const things: readonly [what: string, thing: unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['a string', 'text'],
    ['a symbol', Symbol('s')],
    ['a bigint', 5n],
    ['an object without a prototype', Object.create(null)],
    ['a revoked proxy', revoked()],
    ['an error whose message cannot be read', hostile],
    ['an error with a name that is not a string', Object.assign(new Error('x'), { name: Symbol('n') })],
    ['a frozen error', Object.freeze(new Error('x'))],
    ['a function', () => {}],
  ]
  it.each(things)('may be %s: the run has failed, whether it throws or rejects', async (_what, thing) => {
    const { clock, recorder, task } = await started({
      schedule: manual(),
      run: ({ input }) => {
        if (input === 'now') throw thing
        return Promise.reject(thing)
      },
    })

    for (const input of ['now', 'later']) {
      const result = await task.trigger(input)
      expect(result).toMatchObject({ started: true, outcome: 'failed' })
      expect(result.started && Object.prototype.toString.call(result.error)).toBe('[object Error]')
    }
    await clock.advance(60_000)
    expect(recorder.of('run.ended')).toHaveLength(2)
    expect(task.history()).toHaveLength(2)
    expect(JSON.stringify(task.history())).toContain('failed')
  })

  it('is reported on the console if there is no other observer, whatever it is', async () => {
    const lines = consoleLines()
    const { supervisor } = setUp({ observers: undefined })
    for (const [index, [, thing]] of things.entries()) {
      const task = supervisor.register({ name: `task-${index}`, run: () => Promise.reject(thing) })
      await task.trigger()
    }

    expect(lines).toHaveLength(things.length)
    expect(lines[2]).toBe(
      "[runwell] Task 'task-2' failed after 0 ms: NotAnErrorError: A value that is not an Error was thrown: 'text'",
    )
  })

  it('may come from a promise with an overridden then()', async () => {
    const odd = Object.defineProperty(Promise.resolve('value'), 'then', {
      value: () => {
        throw new Error('no waiting')
      },
    })
    const { task } = await started({ run: () => odd })

    expect(await task.trigger()).toMatchObject({ outcome: 'failed', error: { message: 'no waiting' } })
    expect(await task.trigger()).toMatchObject({ outcome: 'failed', error: { message: 'no waiting' } })
  })

  it('may come from a thenable that misbehaves', async () => {
    const twice = Object.defineProperty({}, 'then', {
      value: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => {
        resolve('first')
        reject(new Error('second'))
        throw new Error('third')
      },
    })
    const bad = Object.defineProperty({}, 'then', {
      get: () => {
        throw new Error('no then')
      },
    })
    const { task } = await started({ run: ({ input }: RunContext) => (input === 'twice' ? twice : bad) })

    expect(await task.trigger('twice')).toMatchObject({ outcome: 'succeeded', value: 'first' })
    expect(await task.trigger('bad')).toMatchObject({ outcome: 'failed', error: { message: 'no then' } })
  })
})

describe('retry', () => {
  it('repeats the attempt within the run, and only the last attempt determines the outcome', async () => {
    const attempts: number[] = []
    const { clock, recorder, task } = await started({
      schedule: every('1h', { immediate: true }),
      retry: { times: 3, backoff: backoff.fixed('2s', { jitter: 0 }) },
      run: ({ attempt }) => {
        attempts.push(attempt)
        if (attempt < 3) throw new Error(`attempt ${attempt}`)
      },
    })
    const [first] = recorder.of('run.started')
    await clock.advance(10_000)

    expect(attempts).toEqual([1, 2, 3])
    expect(recorder.of('run.retried').map(({ error, delayMs }) => [error?.message, delayMs])).toEqual([
      ['attempt 1', 2_000],
      ['attempt 2', 2_000],
    ])
    expect(recorder.of('run.ended')).toMatchObject([
      {
        scheduledAt: first?.scheduledAt,
        outcome: 'succeeded',
        attempt: 3,
        durationMs: 4_000,
        error: undefined,
      },
    ])
    expect(task.metrics()).toMatchObject({ started: 1, retries: 2, outcomes: { succeeded: 1, failed: 0 } })
  })

  it('gives each attempt its own timeout and signal', async () => {
    const signals: boolean[] = []
    const { clock, recorder } = await started({
      schedule: every('1h', { immediate: true }),
      timeout: '5s',
      retry: { times: 1, backoff: backoff.fixed('1s', { jitter: 0 }) },
      run: async ({ signal, sleep }) => {
        signals.push(signal.aborted)
        await sleep('1m')
        throw new TypeError('mine')
      },
    })
    await clock.advance(60_000)

    expect(signals).toEqual([false, false])
    expect(recorder.of('run.retried')[0]?.error?.name).toBe('RunTimedOutError')
    expect(recorder.of('run.ended')).toMatchObject([{ outcome: 'timed-out', attempt: 2, durationMs: 11_000 }])
  })

  it('does not extend into the next slot, or beyond a pause or a stop', async () => {
    const options: Partial<TaskOptions> & Pick<TaskOptions, 'run'> = {
      schedule: every('10s', { immediate: true }),
      retry: { times: 5, backoff: backoff.fixed('4s', { jitter: 0 }) },
      run: () => Promise.reject(new Error('no')),
    }
    const { clock, recorder } = await started(options)
    await clock.advance(19_000)
    expect(recorder.of('run.ended').map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [3, 'failed'],
      [3, 'failed'],
    ])

    const stopped = await started(options)
    await stopped.clock.advance(1_000)
    const report = await stopped.supervisor.stop()
    expect(report).toMatchObject({ exitCode: 0, tookMs: 0 })
    expect(stopped.recorder.of('run.ended')).toMatchObject([{ outcome: 'cancelled' }])
  })

  it('works for spawned work', async () => {
    const { clock, supervisor } = await started({ run: untilAborted })
    const handle = supervisor.spawn(
      'job',
      ({ attempt }) => (attempt === 1 ? Promise.reject(new Error('no')) : attempt),
      { retry: { times: 1, backoff: backoff.fixed('1s') } },
    )
    await clock.advance(1_000)

    expect(await handle.result()).toBe(2)
  })
})

describe('annotations of a run', () => {
  it('that are not texts do not end the run', async () => {
    const query = Object.assign(Object.create(null) as object, { page: 1 })
    const { task } = await started({
      run: ({ annotate }) => annotate({ query, big: 5n, none: undefined } as never),
    })

    expect(await task.trigger()).toMatchObject({ outcome: 'succeeded' })
    expect(task.lastRun?.annotations).toEqual({ query: '{"page":1}', big: '5', none: 'undefined' })
  })

  it.each(['of a task', 'of an external task'])('%s that cannot be read are refused', async (kind) => {
    const { supervisor, task } = await started({ run: ({ annotate }) => annotate(hostile) })
    const hostile = {
      get text(): string {
        throw new Error('no text')
      },
    }
    if (kind === 'of a task') {
      expect(await task.trigger()).toMatchObject({
        outcome: 'failed',
        error: { code: 'RUNWELL_INVALID_OPTION', option: 'annotations' },
      })
    } else {
      const { context } = supervisor.external({ name: 'b' }).begin()

      expect(() => context.annotate(hostile)).toThrow('reading one threw Error: no text')
    }
  })
})
