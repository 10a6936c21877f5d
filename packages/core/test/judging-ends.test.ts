import { describe, expect, it } from 'vitest'
import { every, manual, rules } from '../src/index.ts'
import { ignoring, setUp, untilAborted } from './supervised.ts'

const fail = (): never => {
  throw new Error('no feed')
}

describe('a stop', () => {
  it('closes every open episode once, and leaves the last findings readable', async () => {
    const { clock, supervisor, recorder } = setUp()
    const failing = supervisor.register({
      name: 'failing',
      schedule: every('1m', { immediate: true }),
      run: fail,
    })
    supervisor.register({ name: 'stuck', timeout: '1s', abortGrace: '1s', run: ignoring })
    supervisor.register({ name: 'well', run: () => {} })
    await supervisor.start()
    void supervisor.task('stuck')?.trigger()
    await clock.advance('5m')
    const opened = recorder.of('rule.opened').map(({ task, episode }) => `${task} ${episode}`)
    const before = failing.health()
    recorder.clear()

    const stopped = supervisor.stop()
    await clock.advance('30s')
    await stopped

    const closed = recorder.of('rule.closed')
    expect(closed.map(({ task, episode }) => `${task} ${episode}`).sort()).toEqual(opened.sort())
    expect(new Set(closed.map(({ cause }) => cause))).toEqual(new Set(['stopped']))
    expect(recorder.events.at(-1)?.type).toBe('shutdown.ended')
    expect(failing.health().status).toBe(before.status)
    expect(failing.health().reasons[0]?.reason).toBe(`before the stop: ${before.reasons[0]?.reason}`)
    expect(recorder.of('health.changed')).toEqual([])
  })

  it('closes the episodes of a task that is being unregistered only once', async () => {
    const { clock, supervisor, recorder } = setUp()
    const run = untilAborted
    const task = supervisor.register({ name: 'a', health: [rules.slow({ limit: '1s' })], run })
    await supervisor.start()
    void task.trigger()
    await clock.advance('2s')
    void task.unregister()
    void supervisor.stop()
    await clock.advance('30s')

    expect(recorder.of('rule.opened')).toHaveLength(1)
    expect(recorder.of('rule.closed')).toHaveLength(1)
  })

  it('does not make live() fail, however long ago it was', async () => {
    const { clock, supervisor } = setUp()
    supervisor.register({ name: 'a', run: () => {} })
    await supervisor.start()
    await clock.advance('1m')
    await supervisor.stop()
    await clock.advance('1h')

    expect(supervisor.live()).toEqual({ ok: true, reasons: [] })
  })
})

describe('a closed episode', () => {
  it('says why it is over', async () => {
    const { clock, supervisor, recorder } = setUp()
    let works = false
    const task = supervisor.register({
      name: 'a',
      schedule: every('1m', { immediate: true }),
      health: [rules.consecutiveFailures({ degraded: 1 })],
      run: () => (works ? undefined : fail()),
    })
    await supervisor.start()
    await clock.advance('1s')
    works = true
    await clock.advance('1m')
    works = false
    await clock.advance('1m')
    await task.unregister()

    expect(recorder.of('rule.closed').map(({ cause }) => cause)).toEqual(['cleared', 'unregistered'])
  })
})

describe('the standby of a task', () => {
  async function leading(schedule = every('1m', { immediate: true })) {
    const all = setUp()
    const state = { isLeader: false }
    const task = all.supervisor.register({
      name: 'a',
      schedule,
      enabled: () => state.isLeader,
      health: [rules.hung({ limit: '10s' }), rules.stale({ every: '1h' })],
      timeout: '1d',
      run: async ({ sleep }) => sleep('30s'),
    })
    await all.supervisor.start()
    await all.clock.advance('2s')
    return { ...all, task, state }
  }

  it('ends with a trigger that enabled() allows, and the task is judged again', async () => {
    const { clock, task, state } = await leading()
    await clock.advance('10m')
    expect(task.state).toBe('standby')
    state.isLeader = true

    void task.trigger()
    expect(task.state).toBe('running')
    await clock.advance('11s')
    expect(task.health()).toMatchObject({ status: 'unhealthy', reasons: [{ rule: 'hung' }] })
    await clock.advance('20s')
    expect(task.state).toBe('waiting')
    expect(task.health().status).toBe('healthy')
  })

  it('ends with a slot that enabled() allows, and a run that hangs then is found', async () => {
    const { clock, task, state } = await leading()
    await clock.advance('10m')
    state.isLeader = true
    while (task.state !== 'running') await clock.advance('1s')
    await clock.advance('12s')

    expect(task.health()).toMatchObject({ status: 'unhealthy', reasons: [{ rule: 'hung' }] })
  })

  it('does not count for a task that should succeed every hour', async () => {
    const { clock, task, state } = await leading()
    await clock.advance('3d')
    state.isLeader = true
    while (task.state !== 'running') await clock.advance('1s')

    expect(task.health()).toMatchObject({
      status: 'unknown',
      reasons: [{ rule: 'no-success', reason: 'no run has ended yet' }],
    })
  })

  it('begins with a trigger that enabled() refuses, also of a manual task', async () => {
    const { supervisor, clock } = setUp()
    let isLeader = true
    const task = supervisor.register({
      name: 'm',
      schedule: manual(),
      enabled: () => isLeader,
      run: () => {},
    })
    await supervisor.start()
    await task.trigger()
    expect(task.state).toBe('waiting')
    isLeader = false

    expect(await task.trigger()).toEqual({ started: false, reason: 'standby' })
    await clock.advance('1s')
    expect(task.state).toBe('standby')
    isLeader = true
    await task.trigger()
    expect(task.state).toBe('waiting')
  })

  it('does not count as time without success, nor does a pause', async () => {
    const { supervisor, clock } = setUp()
    const health = [rules.stale({ every: '1h' })]
    const task = supervisor.register({ name: 'm', health, run: () => {} })
    await supervisor.start()
    await task.trigger()
    task.pause()
    await clock.advance('3d')
    task.resume()
    await clock.advance('59m')
    expect(task.health().status).toBe('healthy')

    await clock.advance('2h')
    expect(task.health().status).toBe('degraded')
  })
})
