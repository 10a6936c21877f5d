import { describe, expect, it } from 'vitest'
import { every, loop, onFailure, Supervisor } from '../src/index.ts'
import { recordEvents, VirtualClock } from '../src/testing/index.ts'

function setUp(env: Record<string, string> = {}) {
  const clock = new VirtualClock()
  const recorder = recordEvents()
  const supervisor = new Supervisor({ clock, observers: [recorder], env })
  return { clock, recorder, supervisor }
}

describe('stop', () => {
  it('ends by its deadline even if a loop ignores its abort and continues to sleep', async () => {
    const { clock, supervisor } = setUp()
    supervisor.register({
      name: 'ignores-abort',
      schedule: loop(),
      // `aborted` is copied here and stays false, so this function never notices its abort.
      run: async ({ aborted, sleep }) => {
        while (!aborted && clock.monotonic() < 60_000) await sleep('1s')
      },
    })
    await supervisor.start()
    const real = new Supervisor({ observers: [] })
    let turns = 0
    real.register({
      name: 'ignores-abort',
      schedule: loop(),
      run: async ({ aborted, sleep }) => {
        while (!aborted && turns < 100_000) {
          turns += 1
          await sleep('1s')
        }
      },
    })
    await real.start()

    const report = await real.stop({ deadline: '300ms' })

    expect(report.abandoned).toHaveLength(1)
    expect(turns).toBeLessThan(1_000)
    turns = 100_000
  })
})

describe('tasks that are due at the same instant', () => {
  it('let the event loop turn after every 8 ms', async () => {
    const { clock, supervisor } = setUp()
    const order: string[] = []
    const run = (): void => {
      order.push('run')
      clock.block(5)
    }
    for (const name of ['a', 'b', 'c', 'd']) {
      supervisor.register({ name, schedule: every('1s', { anchor: 'epoch' }), run })
    }
    await supervisor.start()
    clock.timer(() => order.push('elsewhere'), 1, false)

    await clock.advance(100)

    expect(order).toEqual(['run', 'run', 'elsewhere', 'run', 'run'])
  })

  it('all run even if time does not advance', async () => {
    const { clock, supervisor } = setUp()
    let runs = 0
    const schedule = every('1s', { anchor: 'epoch' })
    const run = async (): Promise<void> => {
      runs += 1
    }
    for (let n = 1; n <= 1_000; n += 1) supervisor.register({ name: `task.${n}`, schedule, run })
    await supervisor.start()
    await clock.advance(0)
    expect(runs).toBe(1_000)

    await clock.advance(1_000)

    expect(runs).toBe(2_000)
  })
})

describe('a loop', () => {
  it('is not hung if it has no units of work for an hour', async () => {
    const { clock, recorder, supervisor } = setUp()
    const task = supervisor.register({
      name: 'consumer',
      schedule: loop(),
      run: async ({ unit, sleep }) => {
        await unit('message', () => {})
        await sleep('1d')
      },
    })
    await supervisor.start()

    await clock.advance(3_600_000)

    expect(recorder.of('rule.opened')).toEqual([])
    expect(task.health().status).toBe('healthy')
  })

  it('is degraded if it has crashed and has never been up', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.register({
      name: 'fails',
      schedule: loop(),
      run: () => Promise.reject(new Error('no')),
    })
    await supervisor.start()
    expect(task.health().status).toBe('degraded')
    await clock.advance(4_000)

    expect(task.health().status).toBe('degraded')
  })

  it('is healthy once it has lived for a second', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.register({ name: 'lives', schedule: loop(), run: ({ sleep }) => sleep('1d') })
    await supervisor.start()
    expect(task.health().status).toBe('unknown')

    await clock.advance(1_000)

    expect(task.health().status).toBe('healthy')
  })

  it('is finished and healthy if it may return and does', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.register({
      name: 'once-through',
      schedule: loop(),
      restart: onFailure(),
      run: ({ sleep }) => sleep('5s'),
    })
    await supervisor.start()

    await clock.advance(60_000)

    expect(task.state).toBe('finished')
    expect(task.health().status).toBe('healthy')
  })

  it('reports that it gave up if it is never restarted and fails', async () => {
    const { clock, recorder, supervisor } = setUp()
    supervisor.register({
      name: 'fragile',
      schedule: loop(),
      restart: 'never',
      run: () => Promise.reject(new Error('no')),
    })
    await supervisor.start()
    await clock.advance(1_000)

    expect(recorder.of('task.gave-up')).toMatchObject([{ how: 'stop', restarts: 0 }])
    expect(recorder.of('task.stopped')).toMatchObject([{ task: 'fragile', reason: 'gave-up' }])
  })

  it('rejects enabled(), which would have no effect', () => {
    const { supervisor } = setUp()
    const register = () =>
      supervisor.register({ name: 'a', schedule: loop(), enabled: () => false, run: () => {} })

    expect(register).toThrow('Expected `enabled` to be left out for a loop')
  })
})

describe('RUNWELL_DISABLED', () => {
  it('lets tasks run without emitting events', async () => {
    const { clock, recorder, supervisor } = setUp({ RUNWELL_DISABLED: '1' })
    const late = recordEvents()
    supervisor.observe(late)
    let runs = 0
    supervisor.register({
      name: 'a',
      schedule: every('1s', { immediate: true }),
      run: () => {
        runs += 1
      },
    })
    await supervisor.start()
    await clock.advance(2_000)

    expect(runs).toBe(3)
    expect([...recorder.events, ...late.events]).toEqual([])
  })
})
