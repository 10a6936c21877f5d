import { createRequire } from 'node:module'
import { every } from '@runwell/core'
import { Cron } from 'croner'
import { describe, expect, it, vi } from 'vitest'
import { adoptCroner } from '../src/croner/index.ts'
import { withTime } from './with-time.ts'

const backup = (): void => {}
const utc = { timezone: 'UTC' }

describe('a job of croner', () => {
  it('gives its task its own name, else that of its function, else the line that adopted it', () =>
    withTime(({ supervisor }) => {
      const named = new Cron('0 3 * * *', { name: 'nightly backup' })
      expect(adoptCroner(supervisor, named, backup)).toBe(named)
      adoptCroner(supervisor, new Cron('0 3 * * *'), backup)
      adoptCroner(supervisor, new Cron('0 3 * * *'), () => {})
      adoptCroner(supervisor, new Cron('0 3 * * *'), backup, { name: 'other', category: 'jobs' })

      const names = [...supervisor.tasks()].map(({ name }) => name)
      const here = expect.stringMatching(/^croner\.test\.ts:\d+$/)
      expect(names).toEqual(['nightly-backup', 'backup', here, 'other'])
      expect(supervisor.task('other')?.category).toBe('jobs')
    }))

  it('with a function already is refused by croner, and leaves no task', () =>
    withTime(({ supervisor }) => {
      const job = new Cron('0 3 * * *', backup)

      expect(() => adoptCroner(supervisor, job, backup)).toThrow(/two functions/)
      expect([...supervisor.tasks()]).toEqual([])
    }))

  it('can be adopted again after a call with an invalid option', () =>
    withTime(({ supervisor }) => {
      const job = new Cron('0 3 * * *', utc)
      const wrong = { timout: '5s' } as object

      expect(() => adoptCroner(supervisor, job, backup, wrong)).toThrow(/timout/)
      expect(adoptCroner(supervisor, job, backup)).toBe(job)
      expect([...supervisor.tasks()].map(({ name }) => name)).toEqual(['backup'])
    }))

  it('whose date has passed says that it has no further run', () =>
    withTime(({ supervisor }) => {
      adoptCroner(supervisor, new Cron('2020-01-01T00:00:00', utc), backup)

      expect(supervisor.task('backup')?.pauseReason).toBe('has no further run in croner')
    }))

  it('that begins paused is not expected until it continues', () =>
    withTime(async ({ clock, supervisor, events }) => {
      const job = adoptCroner(supervisor, new Cron('* * * * *', { ...utc, paused: true }), backup)
      await clock.advance('10m')
      expect(events.of('run.missed')).toEqual([])

      job.resume()
      await clock.advance('3m')
      expect(supervisor.task('backup')?.metrics().started).toBe(3)
      expect(events.of('run.missed')).toEqual([])
    }))

  it('that begins later is not expected before', () =>
    withTime(async ({ clock, supervisor, events }) => {
      const job = new Cron('* * * * *', { ...utc, startAt: '2026-03-02T00:30:00Z' })
      adoptCroner(supervisor, job, backup)
      await clock.advance('32m')

      expect(events.of('run.missed')).toEqual([])
      expect(supervisor.task('backup')?.metrics().started).toBe(3)
    }))

  it('has no task after its last run', () =>
    withTime(async ({ clock, supervisor, events }) => {
      adoptCroner(supervisor, new Cron('* * * * *', { ...utc, maxRuns: 2 }), backup)
      await clock.advance('1m')
      expect(supervisor.task('backup')).toBeDefined()
      await clock.advance('1m')

      expect(supervisor.task('backup')).toBeUndefined()
      expect(events.of('run.ended').map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded'])
    }))

  it.each([
    ['a pattern', '* * * * *', undefined],
    ['a date, but with the option `expects`,', '2026-03-02T00:02:00', every('2m')],
  ])('with %s shows the failure of its last run, and no missing runs an hour later', (_, at, expects) =>
    withTime(async ({ clock, supervisor, events }) => {
      const fail = async (): Promise<void> => Promise.reject(new Error('no database'))
      const failNow = (): void => {
        throw new Error('no database')
      }
      for (const [name, failing] of [
        ['later', fail],
        ['at-once', failNow],
      ] as const) {
        const job = new Cron(at, { ...utc, maxRuns: 2, catch: true })
        const run = () => (clock.now() < Date.parse('2026-03-02T00:02:00Z') ? undefined : failing())
        adoptCroner(supervisor, job, run, { name, ...(expects && { expects }) })
      }
      await clock.advance('1h')

      for (const name of ['later', 'at-once']) {
        expect(supervisor.task(name)?.health()).toMatchObject({
          status: 'unhealthy',
          reasons: [{ reason: 'before the pause: the last run failed, limit 1' }],
        })
        expect(supervisor.task(name)?.pauseReason).toBe('has no further run in croner')
        expect(supervisor.task(name)?.nextRunAt).toBeUndefined()
      }
      expect(events.of('run.missed')).toEqual([])
    }),
  )

  it('whose last run returns a query runs it once', () =>
    withTime(async ({ clock, supervisor }) => {
      const then = vi.fn((resolve: () => void) => resolve())
      const query = (): Promise<void> => ({ then }) as never
      adoptCroner(supervisor, new Cron('* * * * *', { ...utc, maxRuns: 1 }), query, { name: 'a' })
      await clock.advance('1m')

      expect(then).toHaveBeenCalledOnce()
      expect(supervisor.task('a')).toBeUndefined()
    }))

  describe.each([
    ['croner 11', Cron],
    ['croner 9', createRequire(import.meta.url)('croner-v9').Cron as typeof Cron],
  ])('at a date, with %s,', (_, Job) => {
    it('is expected then and at no other time, and has no task afterwards', () =>
      withTime(async ({ clock, supervisor, events }) => {
        adoptCroner(supervisor, new Job('2026-03-02T00:10:00', utc), backup)
        expect(supervisor.task('backup')?.nextRunAt).toBe(Date.parse('2026-03-02T00:10:00Z'))
        await clock.advance('9m')
        expect(supervisor.task('backup')?.health().status).toBe('unknown')
        await clock.advance('20m')

        expect(events.of('run.missed')).toEqual([])
        expect(events.of('run.ended')).toMatchObject([
          { outcome: 'succeeded', scheduledAt: 1_772_410_200_000 },
        ])
        expect(supervisor.task('backup')).toBeUndefined()
      }))

    it.each([
      ['at its date', '2026-03-02T00:10:00', utc],
      ['with maxRuns: 1', '*/10 * * * *', { ...utc, maxRuns: 1 }],
    ] as const)('keeps its task %s until the run has ended, and also after a failure', (_when, at, options) =>
      withTime(async ({ clock, supervisor }) => {
        const later = (): Promise<void> => new Promise((resolve) => void clock.timer(resolve, 30_000, true))
        const failing = (): Promise<void> => later().then(() => Promise.reject(new Error('no database')))
        adoptCroner(supervisor, new Job(at, options), later, { name: 'good' })
        adoptCroner(supervisor, new Job(at, { ...options, catch: true }), failing, { name: 'bad' })
        await clock.advance(629_000)
        expect([...supervisor.tasks()].map(({ name }) => name)).toEqual(['good', 'bad'])
        await clock.advance('2m')

        expect([...supervisor.tasks()].map(({ name }) => name)).toEqual(['bad'])
        expect(supervisor.task('bad')?.health()).toMatchObject({
          status: 'unhealthy',
          reasons: [{ reason: 'the last run failed, limit 1' }],
        })
      }),
    )

    it('is reported as missing if it does not run', () =>
      withTime(async ({ clock, supervisor, events }) => {
        const job = new Job('2026-03-02T00:10:00', utc)
        job.pause()
        job.pause = () => true
        job.isRunning = () => true // as if croner had lost its timer
        adoptCroner(supervisor, job, backup)
        await clock.advance('20m')

        expect(events.of('run.missed')).toMatchObject([{ task: 'backup', count: 1, cause: 'host' }])
      }))
  })

  it('runs on trigger(), pauses and continues with its task, and ends with unregister()', () =>
    withTime(async ({ clock, supervisor }) => {
      const job = adoptCroner(supervisor, new Cron('* * * * *', utc), backup)
      const task = supervisor.task('backup')
      const triggered = task?.trigger()
      await clock.advance(1)
      expect(await triggered).toMatchObject({ started: true })

      task?.pause()
      expect(job.isRunning()).toBe(false)
      task?.resume()
      expect(job.isRunning()).toBe(true)
      await task?.unregister()
      expect(job.isStopped()).toBe(true)
    }))

  it('keeps its methods where they are not listed', () =>
    withTime(({ supervisor }) => {
      const keys = Object.keys(new Cron('0 3 * * *').schedule(backup))

      expect(Object.keys(adoptCroner(supervisor, new Cron('0 3 * * *'), backup))).toEqual(keys)
    }))

  it.each([true, () => {}])('with protect: %s reports which runs it skips while one is live', (protect) =>
    withTime(async ({ clock, supervisor, events }) => {
      const slow = (): Promise<void> => new Promise((resolve) => void clock.timer(resolve, 130_000, true))
      adoptCroner(supervisor, new Cron('* * * * *', { ...utc, protect, name: 'slow' }), slow)
      await clock.advance(185_000)

      expect(events.of('run.skipped').map(({ reason }) => reason)).toEqual(['overlap', 'overlap'])
      expect(events.of('run.missed')).toEqual([])
    }),
  )
})
