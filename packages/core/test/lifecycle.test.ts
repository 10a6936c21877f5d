import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import type { RunContext, TaskOptions } from '../src/index.ts'
import { every, loop, manual, Supervisor, schedules } from '../src/index.ts'
import { recordEvents, VirtualClock } from '../src/testing/index.ts'

function setUp() {
  const clock = new VirtualClock()
  const recorder = recordEvents()
  const supervisor = new Supervisor({ clock, observers: [recorder], seed: 1 })
  return { clock, recorder, supervisor }
}

describe('a scheduled task', () => {
  it('runs once per slot and counts the outcomes', async () => {
    const { clock, supervisor } = setUp()
    const at: number[] = []
    const started = clock.now()
    const task = supervisor.register({
      name: 'feeds.poll',
      schedule: every('30s', { immediate: true }),
      run: () => void at.push(clock.now() - started),
    })

    await supervisor.start()
    await clock.advance(120_000)

    expect(at).toEqual([0, 30_000, 60_000, 90_000, 120_000])
    expect(task.metrics().started).toBe(5)
    expect(task.metrics().outcomes.succeeded).toBe(5)
    expect(task.health().status).toBe('healthy')
  })

  it('has unknown health from when it was armed until its first run', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.register({ name: 'a', schedule: every('1h'), run: () => {} })
    await clock.advance(5_000)
    const before = task.health().since

    await supervisor.start()
    const armedAt = clock.now()
    task.reschedule(every('1h', { first: 'after-period' }))
    await clock.advance(60_000)
    const unknown = task.health()
    await task.trigger()

    expect([before, unknown.status, unknown.since]).toEqual([0, 'unknown', armedAt])
    expect([task.health().status, task.health().since]).toEqual(['healthy', armedAt + 60_000])
  })

  it('reports each run from start to end', async () => {
    const { clock, recorder, supervisor } = setUp()
    supervisor.register({ name: 'a', schedule: every('1m', { immediate: true }), run: async () => {} })

    await supervisor.start()
    await clock.advance(0)

    expect(recorder.types('a')).toEqual([
      'task.registered',
      'task.started',
      'run.started',
      'run.ended',
      'health.changed',
    ])
    const [ended] = recorder.of('run.ended')
    expect(ended).toMatchObject({
      outcome: 'succeeded',
      trigger: 'schedule',
      attempt: 1,
      scheduledAt: ended?.startedAt,
    })
  })

  it('turns any thrown value into an outcome', async () => {
    const { clock, recorder, supervisor } = setUp()
    const task = supervisor.register({
      name: 'a',
      schedule: every('1m', { immediate: true }),
      run: () => {
        throw 'not an error object'
      },
    })

    await supervisor.start()
    await clock.advance(60_000)

    expect(task.metrics().outcomes.failed).toBe(2)
    const [ended] = recorder.of('run.ended')
    expect(ended?.error?.name).toBe('NotAnErrorError')
    expect(ended?.error?.message).toContain('not an error object')
  })

  it('aborts a run at its timeout and counts it as timed out, whatever it throws afterwards', async () => {
    const { clock, recorder, supervisor } = setUp()
    const run = ({ signal }: RunContext) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new TypeError('mine'))))
    supervisor.register({ name: 'a', schedule: every('1m', { immediate: true }), timeout: '10s', run })

    await supervisor.start()
    await clock.advance(10_000)

    const [ended] = recorder.of('run.ended')
    expect(ended).toMatchObject({ outcome: 'timed-out', durationMs: 10_000 })
    expect(ended?.error?.name).toBe('RunTimedOutError')
  })

  it('abandons a run that ignores its signal, is stuck, and continues when that run finally ends', async () => {
    const { clock, recorder, supervisor } = setUp()
    let end = (): void => {}
    const task = supervisor.register({
      name: 'a',
      schedule: every('1m', { immediate: true }),
      timeout: '10s',
      abortGrace: '5s',
      run: () => new Promise<void>((resolve) => (end = resolve)),
    })

    await supervisor.start()
    await clock.advance(60_000)
    expect(task.state).toBe('stuck')
    expect(recorder.types('a')).toContain('task.stuck')
    expect(recorder.of('run.ended')[0]).toMatchObject({ outcome: 'abandoned', durationMs: 15_000 })
    expect(recorder.of('run.skipped')[0]).toMatchObject({ reason: 'stuck', count: 1 })

    end()
    await clock.advance(60_000)

    expect(recorder.of('run.settled-late')).toHaveLength(1)
    expect(recorder.of('run.started')).toHaveLength(2)
  })

  it('skips a slot while its run is active', async () => {
    const { clock, recorder, supervisor } = setUp()
    supervisor.register({
      name: 'a',
      schedule: every('10s', { immediate: true }),
      run: ({ sleep }) => sleep('25s'),
    })

    await supervisor.start()
    await clock.advance(30_000)

    expect(recorder.of('run.started').map((event) => event.scheduledAt)).toHaveLength(2)
    expect(recorder.of('run.skipped').map((event) => event.reason)).toEqual(['overlap', 'overlap'])
  })

  it('reports all slots missed while the event loop was blocked and runs once for them', async () => {
    const { clock, recorder, supervisor } = setUp()
    supervisor.register({ name: 'a', schedule: every('1s', { immediate: true }), run: () => {} })
    await supervisor.start()
    await clock.advance(1_500)

    clock.block(3_500)
    await clock.advance(0)

    expect(recorder.of('run.missed')).toMatchObject([{ count: 3, atLeast: false }])
    expect(recorder.of('run.started')).toHaveLength(3)
  })
})

describe('a loop', () => {
  it('is restarted with growing delays and parked when its budget is used up', async () => {
    const { clock, recorder, supervisor } = setUp()
    const task = supervisor.register({
      name: 'gateway',
      schedule: loop(),
      run: () => {
        throw new Error('closed')
      },
    })

    await supervisor.start()
    await clock.advance(360_000)

    expect(recorder.of('restart.scheduled')).toHaveLength(10)
    expect(recorder.of('task.parked')).toMatchObject([{ parks: 1, cause: 'threw' }])
    expect(task.state).toBe('parked')
    expect(task.health().status).toBe('unhealthy')
  })

  it('is restarted when it returns', async () => {
    const { clock, recorder, supervisor } = setUp()
    supervisor.register({ name: 'gateway', schedule: loop(), run: async () => {} })

    await supervisor.start()
    await clock.advance(1_000)

    expect(recorder.of('restart.scheduled')[0]).toMatchObject({ cause: 'returned', streak: 0 })
    expect(recorder.of('run.started')).toHaveLength(2)
  })

  it('gates readiness until it calls ready()', async () => {
    const { clock, supervisor } = setUp()
    supervisor.register({
      name: 'gateway',
      priority: 'critical',
      schedule: loop({ ready: true }),
      run: async ({ ready, sleep, signal }) => {
        await sleep('5s')
        ready()
        while (!signal.aborted) await sleep('1m')
      },
    })
    await supervisor.start()
    expect(supervisor.ready()).toEqual({ ok: false, reasons: ["task 'gateway' has not called ready() yet"] })

    await clock.advance(5_000)

    expect(supervisor.ready()).toEqual({ ok: true, reasons: [] })
  })
})

describe('stop', () => {
  it('aborts low priorities first and names the abandoned runs', async () => {
    const { clock, recorder, supervisor } = setUp()
    const order: string[] = []
    const options = (name: string, priority: TaskOptions['priority'], endsAfter: number): TaskOptions => ({
      name,
      priority,
      schedule: loop(),
      run: async ({ signal, sleep }) => {
        await sleep('1d')
        if (signal.aborted) order.push(name)
        await new Promise<void>((resolve) => clock.timer(resolve, endsAfter))
      },
    })
    supervisor.register(options('critical', 'critical', 1_000))
    supervisor.register(options('low', 'low', 1_000))
    supervisor.register({ name: 'hangs', schedule: loop(), run: () => new Promise(() => {}) })
    await supervisor.start()

    const stopping = supervisor.stop()
    expect(supervisor.ready().ok).toBe(false)
    await clock.advance(25_000)
    const report = await stopping

    expect(order).toEqual(['low', 'critical'])
    expect(report.abandoned.map((run) => run.task)).toEqual(['hangs'])
    expect(report.classes.map(({ priority, tookMs }) => [priority, tookMs])).toEqual([
      ['low', 1_000],
      ['normal', 10_000],
      ['critical', 1_000],
    ])
    expect(report.exitCode).toBe(1)
    expect(recorder.types().at(-1)).toBe('shutdown.ended')
    expect(clock.pending).toBe(0)
  })
})

describe('the root context', () => {
  const store = new AsyncLocalStorage<string>()

  it('is where every run starts, however it is triggered, unless it is spawned', async () => {
    const { clock, supervisor } = setUp()
    const seen: Record<string, string | undefined> = {}
    const note = (key: string) => () => {
      seen[key] = store.getStore()
    }
    await store.run('user', async () => {
      supervisor.register({ name: 'timer', schedule: every('1s', { immediate: true }), run: note('timer') })
      supervisor.register({ name: 'triggered', schedule: manual(), run: note('triggered') })
      await supervisor.start()
      supervisor.register({
        name: 'registered',
        schedule: schedules.once({ after: 0 }),
        run: note('registered'),
      })
      await supervisor.task('triggered')?.trigger()
      supervisor.spawn('spawned', note('spawned'))
      await clock.advance(2_000)
    })

    expect(seen).toEqual({
      timer: undefined,
      triggered: undefined,
      registered: undefined,
      spawned: 'user',
    })
  })
})
