import { describe, expect, it } from 'vitest'
import { every, loop, type Supervisor, schedules, type TaskOptions } from '../src/index.ts'
import { MemoryFleet } from '../src/testing/index.ts'
import { setUp, untilAborted } from './supervised.ts'

const run = (): void => {}

describe('a task with the option paused', () => {
  it('does not run a loop that is registered after the start until resume()', async () => {
    const { clock, supervisor, recorder } = setUp()
    await supervisor.start()
    const gateway = supervisor.register({
      name: 'gateway',
      schedule: loop(),
      paused: 'waits for the leader',
      run: untilAborted,
    })
    await clock.advance(60_000)

    expect(gateway).toMatchObject({ paused: true, pauseReason: 'waits for the leader', state: 'waiting' })
    expect(gateway.metrics().started).toBe(0)
    expect(recorder.of('task.paused')).toMatchObject([{ task: 'gateway', reason: 'waits for the leader' }])
    expect(supervisor.explain('gateway').text).toContain('It is paused: waits for the leader.')

    gateway.resume()

    expect(gateway).toMatchObject({ paused: false, state: 'running' })
  })

  it('is in the same state as after pause() right after the registration', async () => {
    const afterThreeMinutes = async (register: (supervisor: Supervisor, options: TaskOptions) => unknown) => {
      const { clock, supervisor, recorder } = setUp()
      register(supervisor, { name: 'a', schedule: every('1m'), run })
      await supervisor.start()
      await clock.advance(180_000)
      const report = { ...supervisor.report(), instanceId: '' }
      return { events: recorder.events, report, explained: supervisor.explain('a') }
    }

    expect(
      await afterThreeMinutes((supervisor, options) => supervisor.register({ ...options, paused: 'asked' })),
    ).toEqual(await afterThreeMinutes((supervisor, options) => supervisor.register(options).pause('asked')))
  })

  it('needs no reason', async () => {
    const { supervisor } = setUp()
    const quiet = supervisor.register({ name: 'quiet', schedule: every('1m'), paused: true, run })
    const active = supervisor.register({ name: 'active', schedule: every('1m'), paused: false, run })
    await supervisor.start()

    expect(quiet).toMatchObject({ paused: true, pauseReason: undefined })
    expect(active.paused).toBe(false)
    expect(await quiet.trigger()).toEqual({ started: false, reason: 'paused' })
  })

  it('keeps the slot of a once task until resume()', async () => {
    const { clock, supervisor } = setUp()
    const once = supervisor.register({
      name: 'once',
      schedule: schedules.once({ after: '1s', keep: true }),
      paused: true,
      run,
    })
    await supervisor.start()
    await clock.advance(60_000)
    expect(once.metrics().started).toBe(0)

    once.resume()
    await clock.advance(0)

    expect(once.metrics().started).toBe(1)
  })

  it('does not delay readiness', async () => {
    const { supervisor } = setUp()
    supervisor.register({
      name: 'gateway',
      priority: 'critical',
      schedule: loop({ ready: true }),
      paused: true,
      run: untilAborted,
    })
    await supervisor.start()

    expect(supervisor.ready()).toEqual({ ok: true, reasons: [] })
  })

  it('names the environment as the reason if it disables the task, too', () => {
    const { supervisor, recorder } = setUp({ env: { RUNWELL_TASKS_DISABLED: 'gateway' } })
    const gateway = supervisor.register({ name: 'gateway', schedule: loop(), paused: 'waits', run })

    expect(gateway.pauseReason).toBe('disabled by the environment')
    expect(recorder.of('task.paused')).toHaveLength(1)
  })
})

describe('the option paused of a task that a fleet runs', () => {
  it('is refused, because each process that starts would pause the whole fleet', () => {
    const { supervisor } = setUp({ fleet: new MemoryFleet().member() })
    const options = { name: 'digest', schedule: every('1h'), scope: 'service', run } as const

    expect(() => supervisor.register({ ...options, paused: 'not yet' })).toThrow(
      "Expected `paused` to be left out for a task of a fleet, because each process that starts would pause it in all processes; call pause() in one process instead, got 'not yet' (task 'digest')",
    )
    expect([...supervisor.tasks()]).toEqual([])
    expect(supervisor.register({ ...options, paused: false }).paused).toBe(false)
  })

  it('is allowed with scope instance', () => {
    const { supervisor } = setUp({ fleet: new MemoryFleet().member() })

    expect(supervisor.register({ name: 'cache', schedule: every('1h'), paused: true, run }).paused).toBe(true)
  })
})
