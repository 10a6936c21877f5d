import { mock } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cron, every, loop, Supervisor, schedules } from '../src/index.ts'
import { recordEvents, VirtualClock } from '../src/testing/index.ts'
import { consoleLines } from './supervised.ts'

const open: Supervisor[] = []

afterEach(async () => {
  vi.useRealTimers()
  mock.timers.reset()
  for (const supervisor of open.splice(0)) await supervisor.stop({ deadline: '1s' })
})

function supervised() {
  const recorder = recordEvents()
  const supervisor = new Supervisor({ observers: [recorder], seed: 1, env: {} })
  open.push(supervisor)
  return { supervisor, recorder, runs: (task: string) => recorder.of('run.started', task).length }
}

function register(supervisor: Supervisor): void {
  supervisor.register({ name: 'every', schedule: every('10s', { immediate: true }), run: () => {} })
  supervisor.register({ name: 'cron', schedule: cron('0 * * * * *', { timeZone: 'UTC' }), run: () => {} })
  supervisor.register({ name: 'once', schedule: schedules.once({ after: '10s' }), run: () => {} })
  supervisor.register({ name: 'loop', schedule: loop(), run: ({ sleep }) => sleep('20s') })
}

const start = Date.parse('2026-01-01T00:00:30Z')
type Fake = NonNullable<Parameters<typeof vi.useFakeTimers>[0]>['toFake']
const timers = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const
const fakes: readonly (readonly [string, Fake])[] = [
  ['of all times', [...timers, 'Date', 'performance']],
  ['without performance', [...timers, 'Date']],
  ['without Date', [...timers, 'performance']],
  ['of timers only', [...timers]],
]

describe.each(fakes)('fake timers %s', (_which, toFake) => {
  it('move the schedules of a supervisor that is made after them', async () => {
    vi.useFakeTimers({ toFake, now: start })
    const { supervisor, recorder, runs } = supervised()
    register(supervisor)
    await supervisor.start()
    await vi.advanceTimersByTimeAsync(125_000)

    expect(runs('every')).toBe(13)
    const isCronReal = toFake?.includes('performance') && !toFake.includes('Date')
    if (!isCronReal) expect(runs('cron')).toBeGreaterThanOrEqual(2)
    expect(runs('once')).toBe(1)
    expect(runs('loop')).toBeGreaterThanOrEqual(4)
    expect(recorder.of('run.missed')).toEqual([])
    if (!isCronReal) expect(recorder.of('clock.jumped')).toEqual([])
    expect(recorder.of('run.started').every(({ lateCause }) => lateCause === undefined)).toBe(true)
  })

  it('move the schedules of a supervisor that starts after them', async () => {
    const { supervisor, runs } = supervised()
    register(supervisor)
    vi.useFakeTimers({ toFake, now: start })
    await supervisor.start()
    await vi.advanceTimersByTimeAsync(125_000)

    expect(runs('every')).toBeGreaterThanOrEqual(12)
    expect(runs('once')).toBe(1)
  })
})

describe('fake timers that are installed after the start', () => {
  it('are noticed, named once on the console with the cure, and followed', async () => {
    const lines = consoleLines()
    const { supervisor, runs } = supervised()
    register(supervisor)
    await supervisor.start()
    await wait(1)
    vi.useFakeTimers({ toFake: [...timers, 'Date'] })
    for (let turns = 0; turns < 200 && lines.length === 0; turns += 1) await wait(10)
    await vi.advanceTimersByTimeAsync(60_000)

    expect(lines).toEqual([
      "[runwell] Timers were replaced after this supervisor had started, probably by a test's fake timers. From now on, its schedules use the new timers. Install fake timers before you start the supervisor, or pass it a clock: new Supervisor({ clock: new VirtualClock() }), from '@runwell/core/testing'.",
    ])
    expect(runs('every')).toBeGreaterThanOrEqual(6)
  })
})

describe('the mock timers of node:test', () => {
  it('move the schedules, and a leap tells what was missed', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: start })
    const { supervisor, recorder, runs } = supervised()
    register(supervisor)
    await supervisor.start()
    for (let tick = 0; tick < 24; tick += 1) {
      mock.timers.tick(5_000)
      await wait(0)
    }

    expect(runs('every')).toBe(13)
    expect(runs('cron')).toBeGreaterThanOrEqual(2)
    expect(runs('once')).toBe(1)
    expect(runs('loop')).toBeGreaterThanOrEqual(3)

    mock.timers.tick(600_000)
    for (let tick = 0; tick < 5; tick += 1) {
      await wait(0)
      mock.timers.tick(1)
    }
    const missed = recorder.of('run.missed', 'every').reduce((sum, { count }) => sum + count, 0)
    expect(runs('every') + missed).toBe(73)
    expect(recorder.of('clock.jumped')).toEqual([])
  })

  it('move the schedules without Date, too', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
    const { supervisor, recorder, runs } = supervised()
    register(supervisor)
    await supervisor.start()
    for (let tick = 0; tick < 25; tick += 1) {
      mock.timers.tick(5_000)
      await wait(0)
    }

    expect(runs('every')).toBeGreaterThanOrEqual(6)
    expect(runs('every')).toBeLessThanOrEqual(13)
    expect(runs('once')).toBe(1)
    expect(recorder.of('clock.jumped')).toEqual([])
  })
})

it('the virtual clock does not depend on timers that a test fakes', async () => {
  vi.useFakeTimers({ toFake: [...timers, 'setImmediate', 'Date', 'performance'] })
  for (const settle of ['turn', 'microtasks'] as const) {
    const clock = new VirtualClock({ settle })
    const recorder = recordEvents()
    const supervisor = new Supervisor({ clock, observers: [recorder], seed: 1, env: {} })
    supervisor.register({ name: 'a', schedule: every('10s', { immediate: true }), run: () => {} })
    await supervisor.start()
    await clock.advance('1m')

    expect(recorder.of('run.started')).toHaveLength(7)
  }
})

it('where timers are numbers, as in jsdom, the schedules run and nothing throws', async () => {
  const real = { setTimeout, setInterval, clearTimeout, clearInterval }
  const handles = new Map<number, NodeJS.Timeout>()
  const numbered =
    (set: typeof setTimeout) =>
    (callback: () => void, ms: number): number => {
      handles.set(handles.size + 1, set(callback, ms))
      return handles.size
    }
  Object.assign(globalThis, {
    setTimeout: numbered(real.setTimeout),
    setInterval: numbered(real.setInterval as typeof setTimeout),
    clearTimeout: (handle: number) => real.clearTimeout(handles.get(handle)),
    clearInterval: (handle: number) => real.clearInterval(handles.get(handle)),
  })
  try {
    const { supervisor, runs } = supervised()
    supervisor.register({ name: 'a', schedule: every('10ms', { immediate: true }), run: () => {} })
    await supervisor.start()
    supervisor.task('a')?.pause()
    supervisor.task('a')?.resume()
    for (let turns = 0; turns < 500 && runs('a') < 3; turns += 1) await wait(10)
    await supervisor.stop({ deadline: '1s' })
    expect(runs('a')).toBeGreaterThanOrEqual(3)
  } finally {
    Object.assign(globalThis, real)
  }
})
