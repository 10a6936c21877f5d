import { createRequire } from 'node:module'
import { CronJob, CronTime } from 'cron'
import { describe, expect, it, vi } from 'vitest'
import { isActive } from '../src/cron/follow-job.ts'
import { adoptCronJob } from '../src/cron/index.ts'
import { type World, withTime } from './with-time.ts'

const backup = (): void => {}
const base = { cronTime: '* * * * *', timeZone: 'UTC', start: true } as const

/** Adopts a job, lets it run once, and stops it. */
async function stoppedJob({ clock, supervisor }: Pick<World, 'clock' | 'supervisor'>) {
  const onTick = vi.fn()
  const job = CronJob.from(adoptCronJob(supervisor, { ...base, onTick, name: 'a' }))
  await clock.advance('1m')
  await job.stop()
  return { job, onTick, task: supervisor.task('a') }
}

describe('a job of cron', () => {
  it('gives its task its own name, else that of its function, else the line that adopted it', () =>
    withTime(({ supervisor }) => {
      adoptCronJob(supervisor, { ...base, onTick: backup, name: 'nightly backup' })
      adoptCronJob(supervisor, { ...base, onTick: backup })
      adoptCronJob(supervisor, { ...base, onTick: () => {} })
      adoptCronJob(supervisor, { ...base, onTick() {} }, { name: 'other', category: 'jobs' })

      const here = expect.stringMatching(/^cron\.test\.ts:\d+$/)
      expect([...supervisor.tasks()].map(({ name }) => name)).toEqual([
        'nightly-backup',
        'backup',
        here,
        'other',
      ])
    }))

  it('with a command instead of a function is refused, with the cure', () =>
    withTime(({ supervisor }) => {
      expect(() => adoptCronJob(supervisor, { ...base, onTick: 'ls -l' })).toThrow(
        /Expected `onTick` to be a function; start the command in it/,
      )
    }))

  it('keeps its context, and the argument of onTick', () =>
    withTime(async ({ clock, supervisor }) => {
      const seen: unknown[] = []
      const context = { id: 7 }
      const onComplete = (): void => {}
      function onTick(this: unknown, done: unknown): void {
        seen.push(this, done)
      }
      const job = CronJob.from(adoptCronJob(supervisor, { ...base, onTick, onComplete, context, name: 'a' }))
      await clock.advance('1m')

      expect(seen).toEqual([context, onComplete])
      expect(seen[0]).toBe(context)
      await job.stop()
    }))

  it('skips its runs while its task is paused, and does not call onComplete for that', () =>
    withTime(async ({ clock, supervisor, events }) => {
      let calls = 0
      let completed = 0
      const onTick = (): void => {
        calls += 1
      }
      const onComplete = (): void => {
        completed += 1
      }
      CronJob.from(adoptCronJob(supervisor, { ...base, onTick, onComplete, name: 'a' }))
      await clock.advance('1m')
      supervisor.task('a')?.pause()
      await clock.advance('3m')
      expect([calls, completed]).toEqual([1, 0])
      expect(events.of('run.missed')).toEqual([])

      supervisor.task('a')?.resume()
      await clock.advance('1m')
      expect(calls).toBe(2)
    }))

  it('is expected by its new time after setTime()', () =>
    withTime(async ({ clock, supervisor, events }) => {
      const job = CronJob.from(adoptCronJob(supervisor, { ...base, onTick: backup, name: 'a' }))
      await clock.advance('1m')
      job.setTime(new CronTime('0 * * * *', 'UTC'))
      await clock.advance('30m')

      expect(supervisor.task('a')?.info.schedule.cron).toBe('0 * * * *')
      expect(supervisor.task('a')?.health().status).toBe('healthy')
      expect(events.of('run.missed')).toEqual([])
      await job.stop()
    }))

  it('is expected at a date after setTime() with this date, and at no other time', () =>
    withTime(async ({ clock, supervisor, events }) => {
      const job = CronJob.from(adoptCronJob(supervisor, { ...base, onTick: backup, name: 'a' }))
      await clock.advance('1m')
      job.setTime(new CronTime(new Date(clock.now() + 600_000)))
      await clock.advance('30m')

      expect(supervisor.task('a')?.metrics().started).toBe(2)
      expect(supervisor.task('a')?.health().status).toBe('healthy')
      expect(events.of('run.missed')).toEqual([])

      job.setTime(new CronTime('0 * * * *', 'UTC'))
      job.start()
      await clock.advance('1h')
      expect(supervisor.task('a')?.info.schedule.cron).toBe('0 * * * *')
      expect(supervisor.task('a')?.metrics().started).toBe(3)
      expect(events.of('run.missed')).toEqual([])
      await job.stop()
    }))

  it('is no longer expected after setTime() with a pattern that Runwell cannot read', () =>
    withTime(async ({ clock, supervisor, events }) => {
      const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
      const job = CronJob.from(adoptCronJob(supervisor, { ...base, onTick: backup, name: 'a' }))
      await clock.advance('1m')
      const unreadable = new CronTime('0 * * * *', 'UTC')
      Object.assign(unreadable, { source: 'at every full hour' })
      job.setTime(unreadable)
      await clock.advance('150m')

      expect(supervisor.task('a')?.metrics().started).toBe(3)
      expect(events.of('run.missed')).toEqual([])
      expect(supervisor.task('a')?.info.schedule.cron).toBeUndefined()
      expect(warn).toHaveBeenCalledOnce()
      expect(warn.mock.calls[0]?.[0]).toMatch(
        /^Runwell: cannot read the schedule of job 'a': .* a missing run is not noticed\./,
      )
      await job.stop()
      warn.mockRestore()
    }))

  it('does not disturb setTime() if cron finds no next date', () =>
    withTime(async ({ supervisor }) => {
      const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
      const job = CronJob.from(adoptCronJob(supervisor, { ...base, start: false, onTick: backup, name: 'a' }))
      job.nextDate = () => {
        throw new Error('Something went wrong. cron reached maximum iterations')
      }
      const unreadable = new CronTime('0 * * * *', 'UTC')
      Object.assign(unreadable, { source: 'at every full hour' })

      expect(() => job.setTime(unreadable)).not.toThrow()
      warn.mockRestore()
    }))

  it('that was adopted without a schedule can be given one, but stays without an expectation', () =>
    withTime(async ({ clock, supervisor, events }) => {
      const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
      const cronTime = 'each minute' // no real job has this pattern: cron would refuse it
      const params = adoptCronJob(supervisor, { ...base, cronTime, onTick: backup, name: 'a' })
      const job = CronJob.from({ ...params, cronTime: '* * * * *' })
      await clock.advance('1m')
      warn.mockClear()
      job.setTime(new CronTime('0 * * * *', 'UTC'))
      await clock.advance('1m')

      expect(warn).toHaveBeenCalledOnce()
      expect(supervisor.task('a')?.info.schedule.kind).toBe('call')
      expect(events.of('run.missed')).toEqual([])
      await job.stop()
      warn.mockRestore()
    }))

  it('at a date that it does not run has missed it', () =>
    withTime(async ({ clock, supervisor, events }) => {
      const cronTime = new Date(clock.now() + 60_000)
      adoptCronJob(supervisor, { cronTime, onTick: backup, name: 'a' })
      adoptCronJob(supervisor, { cronTime: new Date(clock.now() - 1), onTick: () => {}, name: 'past' })
      await clock.advance('10m')

      expect(events.of('run.missed')).toMatchObject([{ task: 'a', count: 1, cause: 'host' }])
    }))

  it('at a date is counted, and expected at no other time', () =>
    withTime(async ({ clock, supervisor, events }) => {
      const cronTime = new Date(clock.now() + 60_000)
      CronJob.from(adoptCronJob(supervisor, { cronTime, onTick: backup, start: true, name: 'a' }))
      await clock.advance('10m')

      expect(supervisor.task('a')?.metrics().started).toBe(1)
      expect(events.of('run.missed')).toEqual([])
    }))

  it('that is created again from the same parameters runs, and is followed like the first one', () =>
    withTime(async ({ clock, supervisor }) => {
      const onTick = vi.fn()
      const params = adoptCronJob(supervisor, { ...base, onTick, name: 'a' })
      const first = CronJob.from(params)
      await clock.advance('1m')
      await first.stop()
      const second = CronJob.from(params)
      await clock.advance('3m')

      expect(onTick).toHaveBeenCalledTimes(4)
      expect(supervisor.task('a')?.metrics().started).toBe(4)
      expect(supervisor.task('a')?.paused).toBe(false)
      await second.stop()
      expect(supervisor.task('a')?.paused).toBe(true)
    }))

  it('runs when it is fired after stop(), but not while Runwell has paused its task', () =>
    withTime(async ({ clock, supervisor }) => {
      const { job, onTick, task } = await stoppedJob({ clock, supervisor })
      await job.fireOnTick()

      expect(onTick).toHaveBeenCalledTimes(2)
      expect(task?.paused).toBe(true)
      task?.resume()
      task?.pause('repair')
      await job.fireOnTick()
      expect(onTick).toHaveBeenCalledTimes(2)
      expect(task?.metrics().skipped.paused).toBe(0)
    }))

  it('stays paused by an operator after stop(), also when it is fired or started', () =>
    withTime(async ({ clock, supervisor }) => {
      const { job, onTick, task } = await stoppedJob({ clock, supervisor })
      task?.pause({ reason: 'repair', by: 'Ann' })
      await job.fireOnTick()
      expect(onTick).toHaveBeenCalledTimes(1)

      job.start()
      expect([task?.paused, task?.pauseReason, task?.pausedBy]).toEqual([true, 'repair', 'Ann'])
      await clock.advance('2m')
      expect(onTick).toHaveBeenCalledTimes(1)

      await job.stop()
      expect([task?.pauseReason, task?.pausedBy]).toEqual(['repair', 'Ann'])
    }))

  it.each([
    ['cron 4', CronJob],
    ['cron 3', createRequire(import.meta.url)('cron-v3').CronJob as typeof CronJob],
  ])('stops with its supervisor, like each other job of the same parameters, with %s', (_, Job) =>
    withTime(async ({ clock, supervisor }) => {
      const params = adoptCronJob(supervisor, { ...base, onTick: backup, name: 'a' })
      const jobs = [Job.from(params), Job.from(params), Job.from(params)]
      await clock.advance('1m')
      const stopped = supervisor.stop()
      await clock.advance('1m')
      await stopped

      expect(jobs.map(isActive)).toEqual([false, false, false])
    }),
  )

  it('stops with its supervisor, also if the stop of an earlier job of the same parameters throws', () =>
    withTime(async ({ clock, supervisor }) => {
      const params = adoptCronJob(supervisor, { ...base, onTick: backup, name: 'a' })
      const jobs = [CronJob.from(params), CronJob.from(params), CronJob.from(params)]
      await clock.advance('1m')
      for (const job of jobs.slice(0, 1))
        job.stop = () => {
          throw new Error('already gone')
        }
      const stopped = supervisor.stop()
      await clock.advance('1m')
      await stopped

      expect(jobs.map(isActive)).toEqual([true, false, false])
      Reflect.deleteProperty(jobs[0] ?? {}, 'stop')
      await jobs[0]?.stop()
    }))

  it('runs on trigger()', () =>
    withTime(async ({ clock, supervisor }) => {
      CronJob.from(adoptCronJob(supervisor, { ...base, onTick: backup, name: 'a' }))
      for (const started of [1, 3]) {
        const triggered = supervisor.task('a')?.trigger()
        await clock.advance(1)
        expect(await triggered).toMatchObject({ started: true })
        expect(supervisor.task('a')?.metrics().started).toBe(started)
        await clock.advance('1m') // cron runs the job in this minute; only from then on Runwell knows the `CronJob`
      }
    }))

  it('with waitForCompletion reports which runs it skips while one is live', () =>
    withTime(async ({ clock, supervisor, events }) => {
      const onTick = (): Promise<void> => new Promise((resolve) => void clock.timer(resolve, 130_000, true))
      CronJob.from(adoptCronJob(supervisor, { ...base, onTick, waitForCompletion: true, name: 'a' }))
      await clock.advance(185_000)

      expect(events.of('run.skipped').map(({ reason }) => reason)).toEqual(['overlap', 'overlap'])
      await clock.advance(185_000)
      expect(events.of('run.skipped')).toHaveLength(4)
      expect(events.of('run.missed')).toEqual([])
    }))
})
