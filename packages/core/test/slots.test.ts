import { describe, expect, it } from 'vitest'
import type { TaskOptions } from '../src/index.ts'
import { cron, every, manual, schedules } from '../src/index.ts'
import { consoleLines, deferred, setUp } from './supervised.ts'

const hour = 3_600_000

async function started(options: Partial<TaskOptions> = {}, startAt = '2026-01-01T12:00:00Z') {
  const scene = setUp({ startAt })
  const task = scene.supervisor.register({ name: 'a', run: () => {}, ...options })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  const slots = () =>
    scene.recorder
      .of('run.started', 'a')
      .map(({ scheduledAt }) => new Date(scheduledAt ?? 0).toISOString().slice(11, 19))
  return { ...scene, task, slots }
}

describe('the first run of an interval', () => {
  it('is delayed by its spread without counting as late, and its slot is the start', async () => {
    const { clock, supervisor, recorder } = setUp()
    const began = clock.now()
    for (let index = 0; index < 20; index += 1) {
      supervisor.register({ name: `task-${index}`, schedule: every('30s'), run: () => {} })
    }
    await supervisor.start()
    await clock.advance(10_000)

    const first = recorder.of('run.started')
    expect(first).toHaveLength(20)
    expect(new Set(first.map(({ at }) => at)).size).toBeGreaterThan(15)
    expect(first.every(({ scheduledAt }) => scheduledAt === began)).toBe(true)
    expect(first.map(({ latenessMs }) => latenessMs)).toEqual(first.map(() => 0))
    expect(recorder.of('run.ended').every(({ latenessMs }) => latenessMs === 0)).toBe(true)
  })

  it('sets the phase of later runs, so that tasks started together never coincide', async () => {
    const { clock, supervisor, recorder } = setUp()
    const began = clock.now()
    for (const first of ['at-once', 'after-period'] as const) {
      for (let index = 0; index < 20; index += 1) {
        const schedule = every('30s', { first, misfire: 'skip' })
        supervisor.register({ name: `${first}-${index}`, schedule, run: () => {} })
      }
    }
    await supervisor.start()
    await clock.advance(100_000)

    for (let index = 0; index < 20; index += 1) {
      const runs = recorder.of('run.started', `at-once-${index}`)
      const phase = (runs[0]?.at ?? 0) - began
      expect(phase).toBeLessThan(10_000)
      expect(runs.map(({ at }) => at - began - phase)).toEqual([0, 30_000, 60_000, 90_000])
      expect(runs.map(({ scheduledAt }) => (scheduledAt ?? 0) - began)).toEqual([0, 30_000, 60_000, 90_000])
      expect(runs.map(({ latenessMs }) => latenessMs)).toEqual([0, 0, 0, 0])
    }
    const atOnce = recorder.of('run.started').filter(({ task }) => task.startsWith('at-once'))
    expect(new Set(atOnce.map(({ at }) => at)).size).toBeGreaterThan(4 * 15)
    const late = recorder.of('run.started').filter(({ task }) => task.startsWith('after-period'))
    expect(late).toHaveLength(3 * 20)
    expect(new Set(late.map(({ at }) => at)).size).toBeGreaterThan(3 * 15)
  })

  it('with `immediate` is not spread, and neither are later runs', async () => {
    const { clock, supervisor, recorder } = setUp()
    const began = clock.now()
    for (let index = 0; index < 20; index += 1) {
      supervisor.register({ name: `a-${index}`, schedule: every('30s', { immediate: true }), run: () => {} })
    }
    await supervisor.start()
    await clock.advance(30_000)

    expect(new Set(recorder.of('run.started').map(({ at }) => at - began))).toEqual(new Set([0, 30_000]))
    expect(recorder.of('run.started')).toHaveLength(40)
  })

  it('of a delay is spread too, and later runs are not delayed again', async () => {
    const { clock, supervisor, recorder } = setUp()
    const began = clock.now()
    for (let index = 0; index < 20; index += 1) {
      const run: TaskOptions['run'] = ({ sleep }) => sleep('1s')
      supervisor.register({ name: `spread-${index}`, schedule: schedules.delay('30s'), run })
      const later = schedules.delay('30s', { first: 'after-period' })
      supervisor.register({ name: `later-${index}`, schedule: later, run })
      supervisor.register({
        name: `now-${index}`,
        schedule: schedules.delay('30s', { immediate: true }),
        run,
      })
    }
    await supervisor.start()
    await clock.advance(80_000)

    const firsts = new Set<number>()
    for (let index = 0; index < 20; index += 1) {
      const at = (name: string) => recorder.of('run.started', `${name}-${index}`).map((run) => run.at - began)
      const [first = Number.NaN, ...others] = at('spread')
      expect(first).toBeLessThan(10_000)
      expect(others).toEqual([first + 31_000, first + 62_000])
      const [later = Number.NaN, ...next] = at('later')
      expect(later - 30_000).toBeGreaterThanOrEqual(0)
      expect(later - 30_000).toBeLessThan(10_000)
      expect(next).toEqual([later + 31_000])
      expect(at('now')).toEqual([0, 31_000, 62_000])
      firsts.add(first)
    }
    expect(firsts.size).toBeGreaterThan(15)
    expect(recorder.of('run.started').every(({ latenessMs }) => latenessMs === 0)).toBe(true)
  })

  it('misses no slot while the event loop is blocked for less than a period', async () => {
    const { clock, supervisor, recorder } = setUp()
    for (let index = 0; index < 20; index += 1) {
      supervisor.register({ name: `a-${index}`, schedule: every('1s'), run: () => {} })
    }
    await supervisor.start()
    await clock.advance(5_800)
    for (let at = 0; at < 5; at += 1) {
      clock.block(250)
      await clock.advance(750)
    }

    expect(recorder.of('run.missed')).toEqual([])
    for (let index = 0; index < 20; index += 1) {
      const slots = recorder.of('run.started', `a-${index}`).map(({ scheduledAt }) => scheduledAt ?? 0)
      expect(new Set(slots.map((slot, at) => slot - at * 1_000)).size).toBe(1)
    }
  })

  it('is not late because of its jitter, but is late after a block of the event loop', async () => {
    const { clock, recorder } = await started({ schedule: every('30s', { immediate: true, jitter: '10s' }) })
    await clock.advance(120_000)
    expect(recorder.of('run.started').map(({ latenessMs }) => latenessMs)).toEqual([0, 0, 0, 0])

    const blocked = await started({ schedule: every('30s', { immediate: true }) })
    await blocked.clock.advance(29_000)
    blocked.clock.block(5_000)
    await blocked.clock.advance(0)
    expect(blocked.recorder.of('run.started')[1]?.latenessMs).toBe(4_000)
  })
})

describe('lastSlot()', () => {
  const hourly = cron('0 * * * *', { timeZone: 'UTC', catchUp: '1h' })
  const at = (text: string) => new Date(`2026-01-01T${text}:00Z`)

  it('lets a new process catch up with slots that the previous one did not run', async () => {
    const { recorder, slots } = await started(
      { schedule: hourly, lastSlot: () => at('09:00') },
      '2026-01-01T12:30:00Z',
    )

    expect(slots()).toEqual(['12:00:00'])
    expect(recorder.of('run.missed')).toMatchObject([{ count: 2, from: +at('10:00'), to: +at('11:00') }])
  })

  it('may answer later and is called once', async () => {
    const answer = deferred()
    let calls = 0
    const { clock, task, slots } = await started(
      {
        schedule: hourly,
        lastSlot: async () => {
          calls += 1
          await answer.promise
          return at('11:00')
        },
      },
      '2026-01-01T12:10:00Z',
    )
    await clock.advance(60_000)
    expect(slots()).toEqual([])
    answer.resolve()
    await clock.advance(0)
    expect(slots()).toEqual(['12:00:00'])

    task.reschedule(cron('*/10 * * * *', { timeZone: 'UTC' }))
    await clock.advance(9 * 60_000)

    expect(calls).toBe(1)
    expect(slots()).toEqual(['12:00:00', '12:20:00'])
  })

  it.each([
    ['throws', () => Promise.reject(new Error('no database'))],
    ['returns no date', () => 'yesterday' as unknown as Date],
    ['returns an invalid date', () => new Date(Number.NaN)],
    ['returns a future date', () => new Date('2099-01-01')],
  ])('that %s is ignored', async (_how, lastSlot) => {
    const lines = consoleLines()
    const { clock, slots } = await started({ schedule: hourly, lastSlot })

    await clock.advance(2 * hour)

    expect(lines).toEqual([expect.stringMatching(/^\[runwell\] Task 'a': lastSlot\(\) (failed|gave)/)])

    expect(slots()).toEqual(['12:00:00', '13:00:00', '14:00:00'])
  })

  it.each([
    ['undefined', () => undefined],
    ['null', () => null],
    ['a promise of undefined', () => Promise.resolve(undefined)],
    ['a promise of null', () => Promise.resolve(null)],
  ])('that returns %s means that no slot is known', async (_what, lastSlot) => {
    const lines = consoleLines()
    const { clock, slots } = await started({ schedule: hourly, lastSlot })

    await clock.advance(hour)

    expect(slots()).toEqual(['12:00:00', '13:00:00'])
    expect(lines).toEqual([])
  })

  it('that does not answer is not awaited forever', async () => {
    const { clock, slots } = await started(
      { schedule: hourly, lastSlot: () => new Promise(() => {}) },
      '2026-01-01T11:59:55Z',
    )

    await clock.advance(2 * hour)

    expect(slots()).toEqual(['12:00:00', '13:00:00'])
  })
})

describe('enabled()', () => {
  it('skips slots while it returns false and shows the state standby', async () => {
    let isLeader = false
    const { clock, recorder, task } = await started({
      schedule: every('10s', { immediate: true }),
      enabled: () => isLeader,
    })
    expect(task.state).toBe('standby')
    await clock.advance(20_000)
    isLeader = true
    await clock.advance(10_000)
    expect(task.state).toBe('waiting')
    isLeader = false
    await clock.advance(10_000)

    expect(recorder.of('run.started')).toHaveLength(1)
    expect(recorder.of('run.skipped').map(({ reason }) => reason)).toEqual(Array(4).fill('standby'))
    expect(recorder.of('run.missed')).toEqual([])
    expect(task.state).toBe('standby')
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no lease')
      },
    ],
    ['returns a promise', (async () => true) as unknown as () => boolean],
    ['returns a promise that rejects', (() => Promise.reject(new Error('no'))) as unknown as () => boolean],
    ['returns a string', (() => 'yes') as unknown as () => boolean],
  ])('that %s counts as false: a leader must be sure', async (_how, enabled) => {
    const lines = consoleLines()
    const { clock, recorder, task } = await started({ schedule: every('10s', { immediate: true }), enabled })

    await clock.advance(10_000)

    expect(recorder.of('run.started')).toEqual([])
    expect(task.state).toBe('standby')
    expect(await task.trigger()).toEqual({ started: false, reason: 'standby' })
    expect(lines[0]).toMatch(/^\[runwell\] Task 'a': enabled\(\) failed, so the task is on standby: /)
  })

  it('allows a manual trigger while it returns true', async () => {
    const { task } = await started({ schedule: manual(), enabled: () => true })

    expect(await task.trigger()).toMatchObject({ started: true })
  })
})
