import { describe, expect, it } from 'vitest'
import { every, manual } from '../src/index.ts'
import { ignoring, setUp, untilAborted } from './supervised.ts'

describe('the plan of a stop', () => {
  it('takes no time without a live run', async () => {
    const { supervisor } = setUp()
    supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
    await supervisor.start()

    expect(supervisor.stopPlan().map(({ priority, aboutMs }) => [priority, aboutMs])).toEqual([
      ['low', 0],
      ['normal', 0],
      ['high', 0],
      ['critical', 0],
    ])
  })

  it('expects runs that hear the abort to end at once', async () => {
    const { supervisor, clock } = setUp()
    const runs = [
      untilAborted,
      ({ signal }: { signal: AbortSignal }) =>
        new Promise<void>((end) => signal.addEventListener('abort', () => end())),
    ]
    for (const [at, run] of runs.entries()) {
      const task = supervisor.register({ name: `t${at}`, schedule: manual(), run })
      void task.trigger()
    }
    await supervisor.start()
    await clock.advance(0)

    const [, normal] = supervisor.stopPlan()
    expect(normal).toEqual({ priority: 'normal', tasks: ['t0', 't1'], aboutMs: 0, leavesBehind: [] })
  })

  it('expects a run that hears no abort to take as long as others did, and is right about that', async () => {
    const { supervisor, clock } = setUp()
    const run = (): Promise<void> => new Promise((end) => void clock.timer(end, 4_000, false))
    const task = supervisor.register({ name: 'a', schedule: every('1m', { immediate: true }), run })
    await supervisor.start()
    await clock.advance('2m')
    await clock.advance('1s')

    const [, normal] = supervisor.stopPlan()
    expect(task.state).toBe('running')
    expect(normal?.aboutMs).toBeGreaterThan(2_800)
    expect(normal?.aboutMs).toBeLessThan(3_200)
    const [report] = await Promise.all([supervisor.stop(), clock.advance('1m')])
    expect(report.tookMs).toBe(3_000)
    expect(report.abandoned).toEqual([])
  })

  it('names what would be left behind: runs that nothing ends, and those that ignore their abort already', async () => {
    const { supervisor, clock } = setUp()
    const never = supervisor.register({ name: 'never', priority: 'low', schedule: manual(), run: ignoring })
    const stuck = supervisor.register({ name: 'stuck', schedule: manual(), abortGrace: '1s', run: ignoring })
    await supervisor.start()
    void never.trigger()
    void stuck.trigger()
    await clock.advance(0)
    stuck.abort()
    await clock.advance('2s')

    const plan = supervisor.stopPlan()
    expect(plan.map(({ aboutMs, leavesBehind }) => [aboutMs, leavesBehind])).toEqual([
      [10_000, ['never']],
      [0, ['stuck']],
      [0, []],
      [0, []],
    ])
    const [report] = await Promise.all([supervisor.stop(), clock.advance('1m')])
    expect(report.tookMs).toBe(10_000)
    expect(report.abandoned.map(({ task }) => task).sort()).toEqual(['never', 'stuck'])
  })

  it('counts the time in which earlier classes stop', async () => {
    const { supervisor, clock } = setUp()
    const lasts = (ms: number) => (): Promise<void> => new Promise((end) => void clock.timer(end, ms, false))
    const low = supervisor.register({ name: 'low', priority: 'low', schedule: manual(), run: lasts(3_000) })
    const high = supervisor.register({
      name: 'high',
      priority: 'high',
      schedule: manual(),
      run: lasts(8_000),
    })
    await supervisor.start()
    for (const task of [low, high]) void task.trigger()
    await clock.advance('10s')
    for (const task of [low, high]) void task.trigger()
    await clock.advance(0)

    const seconds = supervisor.stopPlan().map(({ aboutMs }) => Math.round(aboutMs / 1_000))
    expect(seconds).toEqual([3, 0, 5, 0])
    const [report] = await Promise.all([supervisor.stop(), clock.advance('1m')])
    expect(report.tookMs).toBe(8_000)
  })
})
