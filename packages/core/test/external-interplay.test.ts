import { describe, expect, it } from 'vitest'
import { cron, loop } from '../src/index.ts'
import { started } from './external-scene.ts'
import { setUp } from './supervised.ts'

const utc = { timeZone: 'UTC' }

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

describe.each(['dead', 'alive'])('a host that is rescheduled each second, %s', (life) => {
  it.each([
    ['before its slots', cron('30 * * * * *', utc), cron('45 * * * * *', utc), 'unhealthy'],
    ['at its slots', cron('* * * * *', utc), cron('* * * * *', { timeZone: 'Asia/Tokyo' }), 'unhealthy'],
    ['at slots of another period', cron('* * * * *', utc), cron('*/2 * * * *', utc), 'unhealthy'],
  ])('%s', async (_, one, other, dead) => {
    const { supervisor, task, clock } = await started()
    for (let second = 0; second < 300; second += 1) {
      await clock.advance(1_000)
      task.hostRescheduled(second % 2 === 0 ? one : other)
      if (life === 'alive' && second % 60 === 0) task.begin().end()
    }
    expect(task.health().status).toBe(life === 'alive' ? 'healthy' : dead)
    const lints = supervisor.explain('job').lints.filter(({ lint }) => lint === 'postponed')
    expect(lints.length).toBe(life === 'alive' ? 0 : 1)
  })
})

it('a host whose schedule changes once is not unhealthy for the slot that the change removed', async () => {
  const { task, until } = await started()
  await until(59)
  task.begin().end()
  await until(120)
  task.hostRescheduled(cron('0 3 * * *', utc))
  await until(7_200)
  expect(task.health().status).toBe('healthy')
  await until(3 * 3_600 + 400)
  expect(task.health().status).toBe('unhealthy')
})

describe('a trigger that the host has not answered', () => {
  it.each([
    ['a stop', 'stopping'],
    ['an unregistration', 'unregistered'],
  ])('is refused by %s', async (how, reason) => {
    const { supervisor, task, clock } = await started({ control: { trigger: () => new Promise(() => {}) } })
    const asked = task.trigger()
    const stopped = how === 'a stop' ? supervisor.stop() : task.unregister()
    await clock.settle()

    expect(await asked).toEqual({ started: false, reason })
    await stopped
    await supervisor.stop()
    expect(clock.pending).toBe(0)
  })
})
