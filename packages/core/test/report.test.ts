import { describe, expect, it } from 'vitest'
import { always, backoff, every, loop, schedules } from '../src/index.ts'
import { ignoring, setUp, untilAborted } from './supervised.ts'

describe('report', () => {
  it('is plain data in every situation', async () => {
    const { clock, supervisor } = setUp()
    const fails = () => Promise.reject(new RangeError('no'))
    supervisor.register({ name: 'fails', schedule: every('10s', { immediate: true }), run: fails })
    supervisor.register({
      name: 'stuck',
      timeout: '1s',
      abortGrace: 0,
      schedule: every('10s'),
      run: ignoring,
    })
    supervisor.register({ name: 'gateway', priority: 'critical', schedule: loop(), run: untilAborted })
    supervisor.register({
      name: 'parked',
      schedule: loop(),
      restart: always({ budget: { restarts: 2, within: '1h' }, backoff: backoff.fixed('1s') }),
      run: fails,
    })
    supervisor.register({
      name: 'kept',
      schedule: schedules.once({ after: '1s', keep: true }),
      run: () => 1n,
    })
    supervisor.spawn('job', untilAborted, { category: 'mail' })
    const early = supervisor.report()
    await supervisor.start()
    await clock.advance(60_000)
    const report = supervisor.report()

    for (const each of [early, report])
      expect(JSON.parse(JSON.stringify(each))).toEqual(JSON.parse(JSON.stringify({ ...each })))
    expect(structuredClone(report)).toEqual(report)
    expect(report).toMatchObject({
      phase: 'started',
      health: 'degraded',
      byState: { waiting: 1, running: 2, stuck: 1, parked: 1, finished: 1 },
      byCategory: { default: 5, mail: 1 },
      byPriority: { normal: 5, critical: 1 },
      totals: { tasks: 6, failed: 10, abandoned: 1 },
      shutdown: undefined,
    })
    const sum = (counts: Readonly<Record<string, number>>) =>
      Object.values(counts).reduce((total, n) => total + n, 0)
    expect([report.byState, report.byHealth, report.byPriority, report.byCategory].map(sum)).toEqual([
      6, 6, 6, 6,
    ])

    await supervisor.task('fails')?.unregister()
    const stopping = supervisor.stop()
    await clock.advance(25_000)
    await stopping
    const last = supervisor.report()
    expect(last).toMatchObject({ phase: 'stopped', totals: { tasks: 5 }, shutdown: { exitCode: 1 } })
    expect(structuredClone(last)).toEqual(last)
  })

  it('agrees with the counts of a monitor tick', async () => {
    const { clock, supervisor, recorder } = setUp()
    supervisor.register({ name: 'a', schedule: every('10s', { immediate: true }), run: () => {} })
    supervisor.register({ name: 'b', schedule: loop(), run: untilAborted })
    await supervisor.start()
    await clock.advance(60_000)
    const { byState, byHealth, byCategory, byPriority, health } = supervisor.report()

    const ticks = recorder.of('monitor.ticked')
    expect(ticks).toHaveLength(2)
    expect(ticks[1]).toMatchObject({ tasks: 2, byState, byHealth, byCategory, byPriority, health })
    expect(ticks[1]?.changed.toSorted()).toEqual(['a', 'b'])
  })
})
