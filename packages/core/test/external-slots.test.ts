import { describe, expect, it } from 'vitest'
import { cron, every } from '../src/index.ts'
import { minute, started } from './external-scene.ts'

describe('an expected run', () => {
  it('takes the newest slot that has come, also when the host is a little early or late', async () => {
    const { told, runAt, task } = await started()
    await runAt(59.5, 60.5, 120, 195, 200)

    expect(told()).toEqual([
      ['schedule', 60],
      ['call', undefined],
      ['schedule', 120],
      ['schedule', 180],
      ['call', undefined],
    ])
    expect(task.metrics()).toMatchObject({ missed: 0, lastLatenessMs: 15_000 })
  })

  it('that does not begin is missed once its grace is over', async () => {
    const { told, until, task, clock } = await started()
    expect(task.nextRunAt).toBe(clock.now() + minute)
    await until(89.999)
    expect(told()).toEqual([])
    await until(90)
    expect(told()).toEqual([['missed', 1, 60, 60]])
    await until(200)
    expect(told()).toEqual([
      ['missed', 1, 60, 60],
      ['missed', 1, 120, 120],
    ])
  })

  it('takes the newest of several open slots, and the next run takes an older one', async () => {
    const { told, runAt, until } = await started({ expects: cron('*/10 * * * * *', { timeZone: 'UTC' }) })
    await runAt(31, 32)
    await until(45)

    expect(told()).toEqual([
      ['schedule', 30],
      ['schedule', 20],
      ['missed', 1, 10, 10],
    ])
  })

  it('of a long period counts from the newest run, unless the anchor or the phase is given', async () => {
    const hour = 3_600
    const twoHours = [2.6, 4.6, 6.6, 8.6].map((hours) => hours * hour)
    const byDefault = await started({ expects: every('2h') })
    await byDefault.runAt(0.6 * hour, ...twoHours)
    await byDefault.until(10.5 * hour)
    expect(byDefault.told().slice(1)).toEqual(twoHours.map((at) => ['schedule', at]))
    await byDefault.until(10.7 * hour)
    expect(byDefault.told().at(-1)).toEqual(['missed', 1, 10.6 * hour, 10.6 * hour])

    for (const options of [{ anchor: 'epoch' }, { phase: '1h' }] as const) {
      const fixed = await started({ expects: every('2h', options) })
      await fixed.until(4 * hour)
      const first = 'phase' in options ? hour : 2 * hour
      expect(fixed.told()).toContainEqual(['missed', 1, first, first])
    }
  })

  it('is not expected while the host is paused, and what is open then is skipped', async () => {
    const { told, until, task, runAt } = await started()
    await until(65)
    task.hostPaused('by an operator')
    await until(250)
    expect(task).toMatchObject({ paused: true, pauseReason: 'by an operator' })
    task.hostResumed()
    await runAt(300)

    expect(told()).toEqual([
      ['skipped', 'paused', 1, 60],
      ['skipped', 'paused', 1, 120],
      ['skipped', 'paused', 1, 180],
      ['skipped', 'paused', 1, 240],
      ['schedule', 300],
    ])
    expect(task.health().status).toBe('healthy')
  })

  it('counts from the newest run for every(), so a host with a phase and a drift of its own is on time', async () => {
    const { told, clock, task, until } = await started({ expects: every('1m') })
    await until(25)
    for (let n = 0; n < 50; n += 1) {
      task.begin().end()
      await clock.advance(minute + 7)
    }
    expect(task.metrics()).toMatchObject({ started: 50, missed: 0 })
    expect(
      told()
        .slice(1, 50)
        .every((line) => (line as unknown[])[0] === 'schedule'),
    ).toBe(true)
  })
})

describe('a report of the host', () => {
  it('about a skipped slot counts instead of a miss, with the words of the host', async () => {
    const { told, until, task, recorder } = await started()
    await until(60)
    task.skipped('overlap')
    await until(119.9)
    task.skipped('the leader is elsewhere')
    await until(300)
    task.skipped('paused', 2)
    await until(301)

    expect(told()).toEqual([
      ['skipped', 'overlap', 1, 60],
      ['skipped', 'host', 1, 120],
      ['missed', 1, 180, 180],
      ['missed', 1, 240, 240],
      ['skipped', 'paused', 2, 300],
    ])
    expect(recorder.of('run.skipped')[1]?.detail).toBe('the leader is elsewhere')
  })

  it('about missed slots counts once', async () => {
    const { told, until, task } = await started()
    await until(61)
    task.missed(3)
    await until(100)

    expect(told()).toEqual([['missed', 1, 60, 60]])
  })

  it('is counted as it is if nothing is expected', async () => {
    const { told, task, until } = await started({ expects: undefined })
    await until(10)
    task.missed(3)
    task.skipped('overlap', 2)
    task.begin().end()

    expect(told()).toEqual([
      ['missed', 3, 10, 10],
      ['skipped', 'overlap', 2, undefined],
      ['call', undefined],
    ])
  })
})

describe('a host that dies', () => {
  it('makes its task degraded after the grace of a slot and unhealthy soon after', async () => {
    const { task, runAt, until } = await started({ host: 'node-cron' })
    await runAt(60, 120)
    await until(209.9)
    expect(task.health().status).toBe('healthy')
    await until(210.1)
    expect(task.health().status).toBe('degraded')
    await until(180 + 45)
    expect(task.health()).toMatchObject({
      status: 'unhealthy',
      reasons: [
        {
          rule: 'stale',
          reason: 'node-cron has not run it since 2026-01-01T00:02:00.000Z; 1 expected run is missing',
        },
      ],
    })
    await until(301)
    expect(task.health().reasons[0]?.reason).toBe(
      'node-cron has not run it since 2026-01-01T00:02:00.000Z; 3 expected runs are missing',
    )
    await runAt(310)
    expect(task.health()).toMatchObject({ status: 'healthy', flapping: false, reasons: [] })
  })

  it('before its first run is noticed, too', async () => {
    const { task, until } = await started({ expects: cron('0 3 * * *', { timeZone: 'UTC' }) })
    const slot = 3 * 3_600
    await until(slot + 299)
    expect(task.health().status).toBe('unknown')
    await until(slot + 450)
    expect(task.health()).toMatchObject({
      status: 'unhealthy',
      reasons: [{ reason: 'its host has never run it; 1 expected run is missing' }],
    })
  })

  it('is not noticed too early while a run is live', async () => {
    const { task, runAt, until } = await started()
    await runAt(60)
    await until(120)
    const run = task.begin()
    await until(209)
    expect(task.health().status).toBe('healthy')
    run.end()
    await until(239)
    expect(task.health().status).toBe('healthy')
  })

  it('has the grace that was given', async () => {
    const { task, until, told } = await started({ grace: '5s' })
    await until(65)
    expect(told()).toEqual([['missed', 1, 60, 60]])
    await until(67.5)
    expect(task.health().status).toBe('unhealthy')
  })
})
