import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import type { TaskOptions } from '../src/index.ts'
import { always, backoff, every, loop, Supervisor } from '../src/index.ts'
import { consoleLines, ignoring, setUp } from './supervised.ts'

function recorded() {
  const calls: string[] = []
  const on: TaskOptions['on'] = {
    failure: ({ task, outcome, error, runId }) =>
      calls.push(`failure ${task} ${outcome} ${error?.message} ${runId === '' ? 'no run' : 'run'}`),
    recovered: ({ task, failures, at, failedSince }) =>
      calls.push(`recovered ${task} ${failures} ${at - failedSince}`),
    parked: ({ task, type }) => calls.push(`${type} ${task}`),
  }
  return { calls, on }
}

const no = (): never => {
  throw new Error('no')
}

describe('the callbacks of a task', () => {
  it('are called for each failed run, and once for the first success after it', async () => {
    const { clock, supervisor } = setUp()
    const { calls, on } = recorded()
    let run = 0
    supervisor.register({
      name: 'a',
      schedule: every('10s', { immediate: true }),
      on,
      run: () => {
        run += 1
        if (run === 2 || run === 3) no()
      },
    })
    await supervisor.start()
    await clock.advance('60s')

    expect(calls).toEqual([
      'failure a failed no run',
      'failure a failed no run',
      // The task recovers after 2 failures and 20,000 ms.
      'recovered a 2 20000',
    ])
  })

  it('are called for timeouts and abandoned runs, after the last attempt, and not for cancelled runs', async () => {
    const { clock, supervisor } = setUp()
    const { calls, on } = recorded()
    const retry = { times: 2, backoff: backoff.fixed('1s') }
    const timesOut = supervisor.register({ name: 'slow', timeout: '1s', on, run: ({ sleep }) => sleep('1h') })
    const hangs = supervisor.register({ name: 'hangs', timeout: '1s', abortGrace: '1s', on, run: ignoring })
    const retried = supervisor.register({ name: 'retried', retry, on, run: no })
    const cancelled = supervisor.register({ name: 'cancelled', on, run: ({ sleep }) => sleep('1h') })
    await supervisor.start()
    for (const task of [timesOut, hangs, retried, cancelled]) void task.trigger()
    await clock.advance('10s')
    await cancelled.unregister()

    expect(calls).toEqual([
      "failure slow timed-out The run of task 'slow' exceeded its timeout of 1 s run",
      'failure retried failed no run',
      "failure hangs abandoned The run of task 'hangs' exceeded its timeout of 1 s run",
    ])
  })

  it('tell when a loop is parked or given up', async () => {
    for (const [exhausted, type] of [
      ['park', 'task.parked'],
      ['stop', 'task.gave-up'],
      ['escalate', 'task.gave-up'],
    ] as const) {
      const { clock, supervisor } = setUp()
      const { calls, on } = recorded()
      const restart = always({
        backoff: backoff.fixed('1s'),
        budget: { restarts: 1, within: '10m' },
        exhausted,
      })
      supervisor.register({ name: 'a', schedule: loop(), restart, on, run: no })
      await supervisor.start()
      await clock.advance('5s')

      expect(calls).toEqual(['failure a failed no run', 'failure a failed no run', `${type} a`])
    }
  })

  it.each<readonly [string, TaskOptions['run'], number]>([
    [
      'calls ready()',
      ({ ready, sleep }) => {
        ready()
        return sleep('1d')
      },
      1_000,
    ],
    [
      'beats',
      ({ beat, sleep }) => {
        beat()
        return sleep('1d')
      },
      1_000,
    ],
    ['has lived for 10 s', ({ sleep }) => sleep('1d'), 11_000],
  ])('tell that a loop has recovered once a later generation %s', async (_what, good, afterMs) => {
    const { clock, supervisor } = setUp()
    const { calls, on } = recorded()
    let generation = 0
    supervisor.register({
      name: 'a',
      schedule: loop(),
      restart: always({ backoff: backoff.fixed('1s') }),
      on,
      run: (context) => {
        generation += 1
        return generation === 1 ? no() : good(context)
      },
    })
    await supervisor.start()
    await clock.advance(afterMs - 1)
    expect(calls).toEqual(['failure a failed no run'])
    await clock.advance(1)

    expect(calls).toEqual(['failure a failed no run', `recovered a 1 ${afterMs}`])
  })

  it('belong to spawned work and instrumented functions, too', async () => {
    const { supervisor } = setUp()
    const { calls, on } = recorded()
    await supervisor.start()
    const wrapped = supervisor.instrument({ name: 'call', on }, no)
    expect(wrapped).toThrow('no')
    await supervisor.spawn('job', no, { on }).outcome

    expect(calls).toEqual(['failure call failed no run', 'failure job failed no run'])
  })

  it('harm nothing else if they fail: what they throw, reject or return is a line on the console', async () => {
    const lines = consoleLines()
    const { supervisor, recorder } = setUp()
    const faults: readonly [string, () => unknown][] = [
      ['throws', no],
      ['rejects', () => Promise.reject(new Error('no'))],
      ['has-bad-then', () => Object.defineProperty({}, 'then', { get: no })],
      ['throws-nothing', () => Promise.reject(undefined)],
    ]
    for (const [name, failure] of faults) {
      const task = supervisor.register({ name, on: { failure }, run: () => Promise.reject(new Error('run')) })
      expect(await task.trigger()).toMatchObject({ outcome: 'failed', error: { message: 'run' } })
    }
    await new Promise(setImmediate)

    expect(lines).toEqual([
      "[runwell] Task 'throws': on.failure() failed: Error: no",
      "[runwell] Task 'rejects': on.failure() failed: Error: no",
      "[runwell] Task 'has-bad-then': on.failure() failed: Error: no",
      "[runwell] Task 'throws-nothing': on.failure() failed: NotAnErrorError: A value that is not an Error was thrown: undefined",
    ])
    expect(recorder.of('observer.failed')).toEqual([])
  })

  it('run in the root context, after the observers, and may call the supervisor', async () => {
    const storage = new AsyncLocalStorage<string>()
    const order: unknown[] = []
    const { supervisor, clock } = setUp({
      observers: [{ name: 'o', eventTypes: ['run.ended'], onEvent: ({ type }) => order.push(type) }],
    })
    const task = supervisor.register({
      name: 'a',
      on: {
        failure: () => {
          order.push(['failure', storage.getStore()])
          supervisor.task('a')?.pause('failed')
          return supervisor.task('a')?.trigger()
        },
      },
      run: no,
    })
    await supervisor.start()
    await storage.run('request', () => task.trigger())
    await clock.advance(0)

    expect(order).toEqual(['run.ended', ['failure', undefined]])
    expect(task.paused).toBe(true)
  })

  it('are checked when the task is registered', () => {
    const supervisor = new Supervisor({ observers: [] })
    const register = (on: unknown) => () => supervisor.register({ name: 'a', on: on as never, run: no })

    expect(register({ fail: no })).toThrow(
      "Unknown option 'fail' of `on` (task 'a'). Did you mean 'failure'?",
    )
    expect(register({ lost: no })).toThrow(
      "Unknown option 'lost' of `on` (task 'a'). Known options: failure, recovered, parked.",
    )
    expect(register({ failed: no })).toThrow("Unknown option 'failed' of `on` (task 'a')")
    expect(register({ failure: 5 })).toThrow("Expected `on.failure` to be a function, got 5 (task 'a')")
    expect(register(no)).toThrow('Expected `on` to be an object of options')
    expect(register(null)).toThrow('Expected `on` to be an object of options')
    expect(register({})).not.toThrow()
  })
})
