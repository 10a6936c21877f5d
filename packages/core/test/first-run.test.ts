import { describe, expect, it } from 'vitest'
import { cron, every, logObserver, loop, manual, type Schedule, Supervisor, schedules } from '../src/index.ts'
import { recordEvents, VirtualClock } from '../src/testing/index.ts'

const startAt = '2026-01-01T12:34:56Z'

async function started(schedule: Schedule) {
  const clock = new VirtualClock({ startAt })
  const recorder = recordEvents()
  const lines: string[] = []
  const log = (...parts: readonly unknown[]): void => void lines.push(...parts.map(String))
  const logger = { debug: log, info: log, warn: log, error: log }
  const supervisor = new Supervisor({
    clock,
    observers: [recorder, logObserver(logger)],
    seed: 1,
    env: {},
    monitor: '1d',
  })
  const run = ({ sleep }: { sleep: (time: '1s') => Promise<void> }): Promise<void> => sleep('1s')
  const task = supervisor.register({ name: 'a', schedule, run })
  const before = supervisor.explain('a').text
  await supervisor.start()
  return { clock, recorder, supervisor, task, before, lines }
}

async function firstRun(schedule: Schedule): Promise<number> {
  const { clock, recorder } = await started(schedule)
  await clock.advanceUntil(() => recorder.of('run.started').length > 0)
  return ((recorder.of('run.started')[0]?.at ?? Number.NaN) - Date.parse(startAt)) / 1_000
}

describe('the first run of every', () => {
  it.each(['9m', '10m', '11m', '30m', '59m'] as const)('%s comes within 10 s', async (period) => {
    expect(await firstRun(every(period))).toBeLessThan(10)
  })

  it.each([
    ['1h', '2026-01-01T13:00:00Z'],
    ['2h', '2026-01-01T14:00:00Z'],
    ['1d', '2026-01-02T00:00:00Z'],
  ] as const)('%s comes at the next multiple of it since 1970', async (period, at) => {
    expect(await firstRun(every(period))).toBe((Date.parse(at) - Date.parse(startAt)) / 1_000)
  })

  it.each(['9m', '10m', '1h', '1d'] as const)('%s comes at the start with immediate', async (period) => {
    expect(await firstRun(every(period, { immediate: true }))).toBe(0)
  })
})

describe('each start line says when the first run comes', () => {
  it.each<[Schedule, string, string]>([
    [every('9m', { immediate: true }), 'started: every 9m; first run now', 'at the start'],
    [
      every('9m', { immediate: true, first: 'after-period' }),
      'started: every 9m; first run in 9 min, at 2026-01-01T12:43:56.000Z',
      'one period after the start',
    ],
    [
      every('1h'),
      'started: every 1h from epoch; first run in 25.1 min, at 2026-01-01T13:00:00.000Z',
      'at the first of its slots after the start',
    ],
    [
      cron('0 3 * * *', { timeZone: 'UTC' }),
      'started: cron 0 3 * * * (UTC); first run in 14.4 h, at 2026-01-02T03:00:00.000Z',
      'at the first of its slots after the start',
    ],
    [
      schedules.once({ after: '10s' }),
      'started: once after 10s; first run in 10 s, at 2026-01-01T12:35:06.000Z',
      'when its time after the start is over',
    ],
    [
      schedules.once({ at: '2020-01-01T00:00:00Z' }),
      'started: once at 2020-01-01T00:00:00.000Z; first run now',
      'at its slot',
    ],
    [schedules.delay('5m', { immediate: true }), 'started: 5m after each run; first run now', 'at the start'],
    [loop(), 'started: loop; first run now', 'at the start'],
  ])('%#', async (schedule, line, explained) => {
    const { before, lines, recorder, clock } = await started(schedule)

    expect(lines).toContain(`Task 'a' has ${line}`)
    expect(before).toContain(`Its first run comes ${explained}.`)
    const { firstRunAt } = recorder.of('task.started')[0] ?? {}
    await clock.advanceUntil(() => recorder.of('run.started').length > 0)
    expect(recorder.of('run.started')[0]?.at).toBe(firstRunAt)
  })

  it.each([
    [
      cron('0 3 * * *', { timeZone: 'UTC', jitter: '20m' }),
      'at the first of its slots after the start, plus up to 20 min of jitter',
    ],
    [every('10m', { jitter: '2m' }), 'within 10 s after the start, plus up to 2 min of jitter'],
    [schedules.delay('10m', { jitter: '2m', immediate: true }), 'at the start, plus up to 2 min of jitter'],
    [
      every('10m', { jitter: '2m', immediate: true, first: 'after-period' }),
      'one period after the start, plus up to 2 min of jitter',
    ],
  ])('with its jitter: %#', async (schedule, explained) => {
    const { before } = await started(schedule)

    expect(before).toContain(`Its first run comes ${explained}.`)
  })

  it('with its spread', async () => {
    const { before, recorder, clock } = await started(every('30s'))
    const { firstRunAt } = recorder.of('task.started')[0] ?? {}
    await clock.advance('1m')

    expect(recorder.of('run.started')[0]?.at).toBe(firstRunAt)
    expect(before).toContain('Its first run comes within 10 s after the start.')
  })

  it('but not for a manual task', async () => {
    const { lines, before, recorder } = await started(manual())

    expect(lines).toContain("Task 'a' has started: manual")
    expect(before).toContain('It runs only when it is triggered.')
    expect(before).not.toContain('first run')
    expect(recorder.of('task.started')[0]?.firstRunAt).toBeUndefined()
  })

  it('after a reschedule, too', async () => {
    const { lines, task, recorder, clock } = await started(manual())
    task.reschedule(every('5m', { immediate: true, first: 'after-period' }))
    const { firstRunAt } = recorder.of('task.rescheduled')[0] ?? {}
    await clock.advance('1h')

    expect(lines).toContain(
      "Task 'a' has a new schedule: every 5m; first run in 5 min, at 2026-01-01T12:39:56.000Z",
    )
    expect(recorder.of('run.started')[0]?.at).toBe(firstRunAt)
  })

  it('but not if it depends on a live run', async () => {
    const { task, recorder } = await started(schedules.delay('5m', { immediate: true }))
    task.pause()
    task.reschedule(every('5m'))
    task.resume()
    void task.trigger()
    task.reschedule(schedules.delay('1m'))

    expect(recorder.of('task.rescheduled').map(({ firstRunAt }) => firstRunAt)).toEqual([
      undefined,
      undefined,
    ])
  })
})
