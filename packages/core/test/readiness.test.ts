import { describe, expect, it } from 'vitest'
import type { ClockTimer, TaskOptions } from '../src/index.ts'
import { always, backoff, every, loop } from '../src/index.ts'
import { VirtualClock } from '../src/testing/index.ts'
import { ignoring, setUp, untilAborted } from './supervised.ts'

const critical = { priority: 'critical' } as const
const opensAfter =
  (ms: number): TaskOptions['run'] =>
  async (context) => {
    await context.sleep(ms)
    context.ready()
    await untilAborted(context)
  }

describe('readiness', () => {
  it('waits for critical loops that gate it and names each of them', async () => {
    const { clock, supervisor } = setUp()
    supervisor.register({ name: 'a', ...critical, schedule: loop({ ready: true }), run: opensAfter(1_000) })
    supervisor.register({ name: 'b', ...critical, schedule: loop({ ready: true }), run: opensAfter(2_000) })
    supervisor.register({ name: 'c', ...critical, schedule: loop(), run: ignoring })
    supervisor.register({ name: 'd', schedule: loop({ ready: true }), run: ignoring })
    expect(supervisor.ready()).toEqual({ ok: false, reasons: ['not started'] })
    await supervisor.start()
    expect(supervisor.ready().reasons).toEqual([
      "task 'a' has not called ready() yet",
      "task 'b' has not called ready() yet",
    ])

    await clock.advance(1_000)
    expect(supervisor.ready().reasons).toEqual(["task 'b' has not called ready() yet"])
    await clock.advance(1_000)
    expect(supervisor.ready()).toEqual({ ok: true, reasons: [] })
  })

  it('counts a loop that was ready and is down again, even if ready() was not asked in between', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.register({
      name: 'a',
      ...critical,
      schedule: loop({ ready: true }),
      restart: always({ backoff: backoff.fixed('1m') }),
      run: async ({ sleep, beat }) => {
        await sleep('1s')
        beat()
        throw new Error('lost')
      },
    })
    await supervisor.start()
    await clock.advance(2_000)

    expect(task.state).toBe('backing-off')
    expect(supervisor.ready().ok).toBe(true)
  })

  it('stays until the stop once it is reached', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.register({
      name: 'a',
      ...critical,
      schedule: loop({ ready: true }),
      restart: always({
        budget: { restarts: 1, within: '1h' },
        exhausted: 'escalate',
        backoff: backoff.fixed('1s'),
      }),
      run: async ({ sleep, ready }) => {
        ready()
        await sleep('5s')
        throw new Error('down')
      },
    })
    await supervisor.start()
    await clock.advance(0)
    expect(supervisor.ready().ok).toBe(true)

    await clock.advance(60_000)
    expect(task.state).toBe('failed')
    expect(supervisor.ready().ok).toBe(true)
    supervisor.register({ name: 'b', ...critical, schedule: loop({ ready: true }), run: ignoring })
    expect(supervisor.ready().ok).toBe(true)
    void supervisor.stop()
    expect(supervisor.ready()).toEqual({ ok: false, reasons: ['stopping'] })
  })

  it('remembers an opened gate by its task name', async () => {
    const { clock, supervisor } = setUp()
    const a = supervisor.register({
      name: 'a',
      ...critical,
      schedule: loop({ ready: true }),
      run: opensAfter(0),
    })
    supervisor.register({ name: 'b', ...critical, schedule: loop({ ready: true }), run: opensAfter(5_000) })
    await supervisor.start()
    await clock.advance(0)
    expect(supervisor.ready().reasons).toHaveLength(1)

    void a.unregister()
    await clock.advance(0)
    supervisor.register({ name: 'a', ...critical, schedule: loop({ ready: true }), run: ignoring })

    expect(supervisor.ready().reasons).toEqual(["task 'b' has not called ready() yet"])
  })

  it('can wait for a first success instead, even of a task that is not critical', async () => {
    const { clock, supervisor } = setUp()
    let isUp = false
    supervisor.register({
      name: 'warm-up',
      readiness: true,
      readyWhen: 'first-success',
      schedule: every('10s', { immediate: true }),
      run: () => {
        if (!isUp) throw new Error('cold')
      },
    })
    await supervisor.start()
    await clock.advance(0)
    expect(supervisor.ready().reasons).toEqual(["task 'warm-up' has not succeeded yet"])
    isUp = true
    await clock.advance(10_000)

    expect(supervisor.ready().ok).toBe(true)
  })

  it('does not wait for a task that is paused or on standby', async () => {
    const { supervisor } = setUp()
    const paused = supervisor.register({
      name: 'a',
      ...critical,
      schedule: loop({ ready: true }),
      run: ignoring,
    })
    paused.pause()
    supervisor.register({
      name: 'b',
      ...critical,
      readyWhen: 'first-success',
      enabled: () => false,
      schedule: every('10s', { immediate: true }),
      run: () => {},
    })
    await supervisor.start()
    expect(supervisor.ready().reasons).toEqual(["task 'b' has not succeeded yet"])
  })
})

describe('liveness', () => {
  it('is lost with an escalation unless the task opts out', async () => {
    for (const liveness of [undefined, false]) {
      const { clock, supervisor } = setUp()
      supervisor.register({
        name: 'a',
        liveness,
        schedule: loop(),
        restart: always({ budget: { restarts: 0, within: '1h' }, exhausted: 'escalate' }),
        run: () => {
          throw new Error('down')
        },
      })
      await supervisor.start()
      await clock.advance(0)

      expect(supervisor.live().ok).toBe(liveness === false)
      expect((await supervisor.stop()).exitCode).toBe(1)
    }
  })

  it('is lost when the monitor missed three ticks and five seconds, and returns with the monitor', async () => {
    class DeadClock extends VirtualClock {
      isDead = false

      override timer(callback: () => void, delayMs: number): ClockTimer {
        return super.timer(() => (this.isDead ? this.timer(callback, 1_000) : callback()), delayMs)
      }
    }
    const clock = new DeadClock()
    const { supervisor } = setUp({ clock, monitor: '10s' })
    await supervisor.start()
    clock.isDead = true
    await clock.advance(35_000)
    expect(supervisor.live()).toEqual({ ok: true, reasons: [] })

    await clock.advance(1)
    expect(supervisor.live()).toEqual({ ok: false, reasons: ['the monitor has stopped ticking'] })

    clock.isDead = false
    await clock.advance(1_000)
    expect(supervisor.live()).toEqual({ ok: true, reasons: [] })
  })

  it('is not affected by failed runs', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.register({
      name: 'a',
      ...critical,
      schedule: every('1s', { immediate: true }),
      run: () => Promise.reject(new Error('no')),
    })
    await supervisor.start()
    await clock.advance(600_000)

    expect(task.health().status).toBe('unhealthy')
    expect(supervisor.live()).toEqual({ ok: true, reasons: [] })
  })
})
