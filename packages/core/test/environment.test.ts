import { describe, expect, it } from 'vitest'
import { every, loop } from '../src/index.ts'
import { recordEvents } from '../src/testing/index.ts'
import { consoleLines, ignoring, setUp, untilAborted } from './supervised.ts'

describe('RUNWELL_TASKS_DISABLED', () => {
  const env = { RUNWELL_TASKS_DISABLED: 'feeds.*, mail.send ,,job-?' }

  it('pauses the tasks whose names match before their first run', async () => {
    const { clock, supervisor, recorder } = setUp({ env })
    supervisor.register({ name: 'feeds.poll', schedule: every('1s', { immediate: true }), run: () => {} })
    await supervisor.start()
    supervisor.register({ name: 'feeds.socket', schedule: loop(), run: untilAborted })
    supervisor.register({ name: 'mail.sender', schedule: loop(), run: untilAborted })
    supervisor.register({ name: 'mail.send', schedule: loop(), run: untilAborted })
    await clock.advance(10_000)

    expect(recorder.of('run.started').map(({ task }) => task)).toEqual(['mail.sender'])
    expect(recorder.of('task.paused').map(({ task, reason }) => [task, reason])).toEqual([
      ['feeds.poll', 'disabled by the environment'],
      ['feeds.socket', 'disabled by the environment'],
      ['mail.send', 'disabled by the environment'],
    ])
    expect(supervisor.task('feeds.poll')).toMatchObject({
      paused: true,
      pauseReason: 'disabled by the environment',
    })
    expect(supervisor.report().environment).toEqual(env)
  })

  it('allows a task to be resumed manually', async () => {
    const { supervisor } = setUp({ env })
    const task = supervisor.register({ name: 'feeds.socket', schedule: loop(), run: untilAborted })
    await supervisor.start()

    task.resume()

    expect(task.state).toBe('running')
  })

  it('refuses matching spawned work but not calls', async () => {
    const { supervisor } = setUp({ env })
    await supervisor.start()
    const called = supervisor.instrument({ name: 'feeds.parse' }, () => 'parsed')

    expect(await supervisor.spawn('job-1', () => {}).outcome).toEqual({ started: false, reason: 'paused' })
    expect(await supervisor.spawn('job-22', () => 'ran').result()).toBe('ran')
    expect(called()).toBe('parsed')
    expect(supervisor.task('feeds.parse')?.metrics().started).toBe(1)
  })

  it('does not delay readiness for a disabled critical loop', async () => {
    const { supervisor } = setUp({ env })
    supervisor.register({
      name: 'feeds.socket',
      priority: 'critical',
      schedule: loop({ ready: true }),
      run: untilAborted,
    })
    await supervisor.start()

    expect(supervisor.ready()).toEqual({ ok: true, reasons: [] })
  })
})

describe('a pattern of RUNWELL_TASKS_DISABLED that matches no task', () => {
  it('is reported at the start, since a task that should be disabled runs', async () => {
    const lines = consoleLines()
    const { supervisor } = setUp({ env: { RUNWELL_TASKS_DISABLED: 'feed.*,mail.send' } })
    supervisor.register({ name: 'feeds.poll', schedule: every('1m'), run: () => {} })
    supervisor.register({ name: 'mail.send', run: () => {} })
    expect(lines).toEqual([])

    await supervisor.start()

    expect(lines).toEqual([
      "[runwell] RUNWELL_TASKS_DISABLED: 'feed.*' matches none of the 2 registered tasks",
    ])
  })
})

describe('RUNWELL_DISABLED', () => {
  it('lets functions run without emitting events', async () => {
    const given = recordEvents()
    const late = recordEvents()
    const { clock, supervisor } = setUp({ env: { RUNWELL_DISABLED: '1' }, observers: [given] })
    supervisor.observe(late)
    const fn = (): number => 1
    const task = supervisor.register({ name: 'a', schedule: every('1s', { immediate: true }), run: fn })
    await supervisor.start()
    await clock.advance(2_000)
    await supervisor.stop()

    expect(task.metrics().started).toBe(3)
    expect(supervisor.instrument({ name: 'b' }, fn)).toBe(fn)
    expect([...given.events, ...late.events]).toEqual([])
    expect(supervisor.report().environment).toEqual({ RUNWELL_DISABLED: '1' })
  })

  it.each(['0', 'false', '', undefined])('is off when it is %j', async (value) => {
    const { supervisor, recorder } = setUp({ env: { RUNWELL_DISABLED: value } })
    await supervisor.start()

    expect(recorder.types()).toEqual(['monitor.ticked'])
  })

  it('is rejected when it is neither on nor off', () => {
    expect(() => setUp({ env: { RUNWELL_DISABLED: 'ja' } })).toThrow(
      "Expected `RUNWELL_DISABLED` to be one of '1', 'true', 'yes', 'on', '0', 'false', 'no', 'off', got 'ja'",
    )
    expect(() => setUp({ env: { RUNWELL_DISABLED: 'OFF' } })).not.toThrow()
  })
})

describe('RUNWELL_STOP_DEADLINE', () => {
  it('is the deadline of a stop without its own deadline', async () => {
    for (const [options, deadlineMs] of [
      [{}, 7_000],
      [{ deadline: '4s' }, 4_000],
    ] as const) {
      const { clock, supervisor } = setUp({ env: { RUNWELL_STOP_DEADLINE: '7s' } })
      supervisor.register({ name: 'a', schedule: loop(), run: ignoring })
      await supervisor.start()
      await clock.advance(0)

      const stopping = supervisor.stop(options)
      await clock.advance(deadlineMs)
      const report = await stopping

      expect(report.deadlineMs).toBe(deadlineMs)
      expect(report.tookMs).toBeLessThanOrEqual(deadlineMs)
      expect(report.exitCode).toBe(1)
    }
  })
})
