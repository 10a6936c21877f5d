import { describe, expect, it } from 'vitest'
import { loop, rule } from '../src/index.ts'
import { started } from './external-scene.ts'
import { setUp } from './supervised.ts'

describe('a connection', () => {
  const connection = { expects: loop(), host: 'the gateway' }

  it('is up and down, and one generation follows the other', async () => {
    const { task, until, recorder } = await started(connection)
    await until(3)
    task.up()
    task.up()
    await until(6)
    expect(task.health().status).toBe('healthy')
    task.down(new Error('reset'))
    task.down()
    await until(10)
    task.up()

    expect(recorder.of('run.started').map(({ generation }) => generation)).toEqual([1, 2])
    expect(recorder.of('run.ended')).toMatchObject([{ outcome: 'failed', error: { message: 'reset' } }])
    expect(recorder.of('run.ready')).toHaveLength(2)
  })

  it('that stays down is degraded, then unhealthy, with the error as the reason', async () => {
    const { task, until } = await started(connection)
    task.up()
    await until(20)
    task.down(new Error('reset by peer'))
    await until(31)
    expect(task.health().status).toBe('degraded')
    await until(141)
    expect(task.health()).toMatchObject({
      status: 'unhealthy',
      reasons: [{ rule: 'not-running', reason: 'has been down for 2 min, limit 2 min: reset by peer' }],
    })
    task.up()
    await until(142)
    expect(task.health().status).toBe('healthy')
  })

  it('that has never come up says so', async () => {
    const { task, until } = await started(connection)
    await until(121)
    expect(task.health().reasons).toMatchObject([{ reason: 'has not come up for 2 min, limit 2 min' }])
    task.down(new Error('no route'))
    expect(task.health().reasons).toMatchObject([
      { reason: 'has not come up for 2 min, limit 2 min: no route' },
    ])
  })

  it('that goes up and down again and again is degraded', async () => {
    const { task, until } = await started(connection)
    for (let n = 0; n < 7; n += 1) {
      await until(10 * n)
      task.up()
      await until(10 * n + 9)
      task.down()
    }
    task.up()
    expect(task.health()).toMatchObject({ status: 'degraded', reasons: [{ rule: 'restarts' }] })
  })

  it('of a task that also has runs counts as having been up once the host or a run says so', async () => {
    const seen: unknown[] = []
    const note = rule('note', ({ hasBeenUp, downMs }) => {
      seen.push([hasBeenUp, downMs !== undefined])
      return undefined
    })
    const { task, supervisor } = await started({ expects: undefined, health: { add: [note] } })
    task.down(new Error('ECONNREFUSED'))
    task.up()
    task.down()
    expect(seen).toEqual([
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ])

    seen.length = 0
    const other = supervisor.external({ name: 'other', health: { add: [note] } })
    other.begin().end()
    other.down()
    expect(seen.at(-1)).toEqual([true, true])
    seen.length = 0
    const third = supervisor.external({ name: 'third', health: { add: [note] } })
    third.up()
    third.down()
    expect(seen.at(-1)).toEqual([true, true])
  })

  it('of a task that also has runs can be down, and its runs are still counted', async () => {
    const { task, until } = await started({ expects: undefined })
    task.begin().end()
    task.up()
    task.down(new Error('ECONNREFUSED'))
    task.down()
    task.begin().end()
    await until(11)
    expect(task.health()).toMatchObject({
      status: 'degraded',
      reasons: [{ rule: 'not-running', reason: 'has been down for 11 s, limit 10 s: ECONNREFUSED' }],
    })
    await until(121)
    expect(task.health().status).toBe('unhealthy')
    task.up()
    expect(task.health()).toMatchObject({ reasons: [] })
    expect(task.metrics().started).toBe(2)
  })
})

describe('a connection that is down when its task is paused', () => {
  const kinds = [
    ['a connection', { expects: loop(), host: 'the gateway' }],
    ['a task with runs', { expects: undefined }],
  ] as const

  it.each(kinds)('ends the finding of %s when it comes up during the pause', async (_what, options) => {
    const { task, until, recorder } = await started(options)
    if (options.expects === undefined) task.begin().end()
    task.up()
    await until(20)
    task.down(new Error('reset by peer'))
    await until(40)
    task.pause()
    await until(60)
    expect(task.health()).toMatchObject({
      status: 'degraded',
      reasons: [{ rule: 'not-running', reason: expect.stringMatching(/^before the pause: /) }],
    })
    task.up()
    await until(61)

    expect(task.paused).toBe(true)
    expect(task.health()).toMatchObject({ status: 'healthy', reasons: [] })
    expect(recorder.of('rule.closed')).toMatchObject([{ rule: 'not-running', cause: 'cleared' }])
  })

  it.each(kinds)('keeps the finding of %s while it stays down', async (_what, options) => {
    const { task, until } = await started(options)
    task.up()
    await until(20)
    task.down(new Error('reset by peer'))
    await until(40)
    task.pause()
    await until(50)
    task.down(new Error('no route'))
    await until(600)

    expect(task.health()).toMatchObject({ status: 'degraded', reasons: [{ rule: 'not-running' }] })
  })

  it.each(kinds)('does not count the time of the pause in the finding of %s', async (_what, options) => {
    const { task, until } = await started(options)
    if (options.expects === undefined) task.begin().end()
    task.up()
    await until(20)
    task.down(new Error('reset by peer'))
    await until(80)
    task.hostPaused()
    await until(680)
    task.down(new Error('no route'))
    expect(task.health().reasons).toMatchObject([
      { rule: 'not-running', reason: expect.stringMatching(/has been down for 60 s, /) },
    ])
  })

  it.each(kinds)('finds nothing of %s that goes down during the pause', async (_what, options) => {
    const { task, until, recorder } = await started(options)
    task.up()
    await until(20)
    task.pause()
    task.down(new Error('reset by peer'))
    await until(600)

    expect(recorder.of('rule.opened')).toEqual([])
  })
})

it('a loop that is down when it is paused keeps its finding during the pause', async () => {
  const { clock, supervisor, recorder } = setUp()
  const task = supervisor.register({
    name: 'a',
    schedule: loop({ ready: true }),
    run: ({ sleep }) => sleep('1d'),
  })
  await supervisor.start()
  await clock.advance('30s')
  expect(task.health().status).toBe('degraded')
  task.pause()
  await clock.advance('10m')

  expect(task.health()).toMatchObject({ status: 'degraded', reasons: [{ rule: 'not-running' }] })
  expect(recorder.of('rule.closed')).toEqual([])
})
