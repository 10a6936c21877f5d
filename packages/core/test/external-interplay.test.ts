import { describe, expect, it } from 'vitest'
import { cron, loop } from '../src/index.ts'
import { setUp } from './supervised.ts'

describe('a connection that comes up while nothing is judged', () => {
  it('is up after a pause of its host', async () => {
    const { supervisor, clock, recorder } = setUp()
    const task = supervisor.external({ name: 'gateway', expects: loop() })
    await supervisor.start()
    task.up()
    await clock.advance('1m')
    task.hostPaused()
    task.down()
    task.up()
    await clock.advance('1h')
    task.hostResumed()
    await clock.advance('5m')

    expect(task.state).toBe('running')
    expect(task.health()).toMatchObject({ status: 'healthy', reasons: [] })
    task.up()
    expect(recorder.of('run.started')).toHaveLength(2)
    expect(recorder.of('run.skipped')).toEqual([])
  })

  it('is down after a pause in which it went down', async () => {
    const { supervisor, clock } = setUp()
    const task = supervisor.external({ name: 'gateway', expects: loop() })
    await supervisor.start()
    task.up()
    task.hostPaused()
    await clock.advance('1m')
    task.down(new Error('reset'))
    task.hostResumed()
    await clock.advance('3m')

    expect(task.state).toBe('waiting')
    expect(task.health()).toMatchObject({ status: 'unhealthy', reasons: [{ rule: 'not-running' }] })
    task.up()
    await clock.advance('1s')
    expect(task.health().status).toBe('healthy')
  })
})

describe('a slot that the host ran before its time', () => {
  /** A minute job whose host is half a second early for the first slot. */
  async function ranEarly() {
    const scene = setUp({ startAt: '2026-01-01T00:00:00Z' })
    const expects = cron('* * * * *', { timeZone: 'UTC' })
    const task = scene.supervisor.external({ name: 'job', expects })
    await scene.supervisor.start()
    await scene.clock.advance('59.5s')
    task.begin().end()
    return scene
  }

  it('is expected again after the clock was set back over it', async () => {
    const { clock, recorder } = await ranEarly()
    clock.jump(-120_000)
    await clock.advance('150s')

    const slots = ['2025-12-31T23:59:00Z', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z']
    expect(recorder.of('run.missed').map(({ from, count }) => [from, count])).toEqual(
      slots.slice(0, 2).map((slot) => [Date.parse(slot), 1]),
    )
    await clock.advance('1m')
    expect(recorder.of('run.missed').map(({ from }) => from)).toEqual(slots.map((slot) => Date.parse(slot)))
  })

  it('is not expected again after a correction that ends before it', async () => {
    const { clock, recorder } = await ranEarly()
    clock.jump(-200)
    await clock.advance('40s')

    expect(recorder.of('run.missed')).toEqual([])
  })
})
