import { Controller, Get, Logger, Scope } from '@nestjs/common'
import { Cron, Interval, ScheduleModule, SchedulerRegistry, Timeout } from '@nestjs/schedule'
import { every, Supervisor } from '@runwell/core'
import { type EventRecorder, recordEvents } from '@runwell/core/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RunwellModule, Supervised } from '../../../src/nest/index.ts'
import { closeApplications, decorate, makeModule, startApplication } from './application.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2027-03-01T00:00:30Z') })
})
afterEach(async () => {
  await closeApplications()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

class Jobs {
  readonly calls: unknown[] = []
  error: unknown

  async sync(...args: readonly unknown[]): Promise<string> {
    this.calls.push('sync', args.length)
    if (this.error !== undefined) throw this.error
    return 'synced'
  }

  tick(): void {
    this.calls.push('tick')
    if (this.error !== undefined) throw this.error
  }

  warmUp(): void {
    this.calls.push('warmUp')
  }
}
decorate(Jobs, { sync: Cron('* * * * *', { name: 'sync' }), tick: Interval(20_000), warmUp: Timeout(5_000) })

async function start(
  providers: readonly unknown[],
  order: 'before' | 'after' = 'before',
  host: object = {},
  options: object = { mode: undefined },
) {
  const recorder: EventRecorder = recordEvents()
  const schedule = ScheduleModule.forRoot(host)
  const runwell = RunwellModule.forRoot({ supervisor: { observers: [recorder] }, ...options })
  const application = await startApplication(
    makeModule({
      imports: order === 'before' ? [schedule, runwell] : [runwell, schedule],
      providers: [...(providers as never[])],
    }),
  )
  const jobs = providers.includes(Jobs) ? application.get(Jobs) : new Jobs()
  return { application, recorder, supervisor: application.get(Supervisor), jobs }
}

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
const outcomes = (recorder: EventRecorder, task: string) =>
  recorder.of('run.ended', task).map(({ outcome, error }) => error?.message ?? outcome)

describe("mode 'observe'", () => {
  it.each(['before', 'after'] as const)(
    'is the default with ScheduleModule %s it, and counts its runs',
    async (order) => {
      const { recorder, supervisor, jobs } = await start([Jobs], order)
      expect(
        [...supervisor.tasks()].map(({ name, owner, schedule }) => [name, owner, schedule.info.text]),
      ).toEqual([
        ['sync', 'AppModule', `cron * * * * * (${zone})`],
        ['Jobs.tick', 'AppModule', 'every 20s'],
        ['Jobs.warmUp', 'AppModule', 'once after 5s'],
      ])

      await vi.advanceTimersByTimeAsync(60_000)
      expect(jobs.calls).toEqual(['warmUp', 'tick', 'sync', 1, 'tick', 'tick'])
      expect(outcomes(recorder, 'sync')).toEqual(['succeeded'])
      expect(outcomes(recorder, 'Jobs.tick')).toEqual(['succeeded', 'succeeded', 'succeeded'])
      expect(outcomes(recorder, 'Jobs.warmUp')).toEqual(['succeeded'])
    },
  )

  it('counts a run that throws as failed, although the host swallows the error', async () => {
    const { recorder, jobs } = await start([Jobs])
    jobs.error = new Error('no database')
    await vi.advanceTimersByTimeAsync(60_000)

    expect(outcomes(recorder, 'sync')).toEqual(['no database'])
    expect(outcomes(recorder, 'Jobs.tick')).toEqual(['no database', 'no database', 'no database'])
  })

  it.each(['no database', undefined, null, { code: 7 }])(
    'counts a run that throws %j as failed',
    async (thrown) => {
      class Odd {
        run(): void {
          throw thrown
        }
      }
      decorate(Odd, { run: Interval(1_000) })
      const { recorder } = await start([Odd, Jobs])
      await vi.advanceTimersByTimeAsync(1_000)

      expect(recorder.of('run.ended', 'Odd.run').map(({ outcome }) => outcome)).toEqual(['failed'])
    },
  )

  it('reports a job that its host has lost', async () => {
    const { application, supervisor } = await start([Jobs])
    await vi.advanceTimersByTimeAsync(90_000)
    expect(supervisor.task('Jobs.tick')?.health().status).toBe('healthy')

    // Simulates a fault in the host library: the timer disappears without an event.
    clearInterval(application.get(SchedulerRegistry).getInterval('Jobs.tick'))
    await vi.advanceTimersByTimeAsync(5 * 60_000)
    expect(supervisor.task('Jobs.tick')?.health().status).toBe('unhealthy')
    expect(supervisor.task('sync')?.health().status).toBe('healthy')
  })

  it('gives jobs without a name the name of their task in the registry', async () => {
    const { application } = await start([Jobs])
    const registry = application.get(SchedulerRegistry)

    expect([[...registry.getCronJobs().keys()], registry.getIntervals(), registry.getTimeouts()]).toEqual([
      ['sync'],
      ['Jobs.tick'],
      ['Jobs.warmUp'],
    ])
  })

  it('triggers, pauses and resumes a cron job, and says when it runs next', async () => {
    const { recorder, supervisor, application } = await start([Jobs])
    const task = supervisor.task('sync')
    const triggered = task?.trigger()
    await vi.advanceTimersByTimeAsync(0)
    expect(await triggered).toMatchObject({ started: true, outcome: 'succeeded' })

    task?.pause()
    expect(application.get(SchedulerRegistry).getCronJob('sync').isActive).toBe(false)
    await vi.advanceTimersByTimeAsync(5 * 60_000)
    expect(outcomes(recorder, 'sync')).toHaveLength(1)
    expect(task?.health().status).toBe('healthy')
    task?.resume()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(outcomes(recorder, 'sync')).toHaveLength(2)
    expect(new Date(task?.nextRunAt ?? 0).toISOString()).toBe('2027-03-01T00:07:00.000Z')
  })

  it('knows when the application stops, starts or removes a job', async () => {
    const { application, supervisor, recorder } = await start([Jobs])
    const registry = application.get(SchedulerRegistry)
    await vi.advanceTimersByTimeAsync(60_000)
    registry.getCronJob('sync').stop()
    registry.deleteInterval('Jobs.tick')
    await vi.advanceTimersByTimeAsync(5 * 60_000)

    expect(supervisor.task('sync')).toMatchObject({ paused: true })
    expect(supervisor.task('Jobs.tick')).toBeUndefined()
    registry.getCronJob('sync').start()
    await vi.advanceTimersByTimeAsync(120_000)
    expect(supervisor.task('sync')).toMatchObject({ paused: false })
    expect(outcomes(recorder, 'sync')).toHaveLength(3)
    expect(recorder.of('run.missed')).toEqual([])
    registry.deleteCronJob('sync')
    expect(supervisor.task('sync')).toBeUndefined()
    expect(recorder.of('health.changed').filter(({ to }) => to !== 'healthy')).toEqual([])
  })

  it('keeps the tasks in the report of an application that has closed', async () => {
    const { application, supervisor } = await start([Jobs])
    await vi.advanceTimersByTimeAsync(60_000)
    await application.close()

    expect(supervisor.report().tasks.map(({ name }) => name)).toEqual(['sync', 'Jobs.tick', 'Jobs.warmUp'])
  })

  it('stops the jobs of the host, and waits for their runs', async () => {
    const finish: (() => void)[] = []
    class Slow {
      run(): Promise<void> {
        return new Promise((resolve) => void finish.push(resolve))
      }
    }
    decorate(Slow, { run: Interval(10_000) })
    const { application, supervisor, recorder } = await start([Slow, Jobs])
    await vi.advanceTimersByTimeAsync(10_000)
    let isClosed = false
    const closed = application.close().then(() => {
      isClosed = true
    })
    await vi.advanceTimersByTimeAsync(2_000)
    expect([isClosed, supervisor.report().phase]).toEqual([false, 'stopping'])

    finish[0]?.()
    await vi.advanceTimersByTimeAsync(0)
    await closed
    await vi.advanceTimersByTimeAsync(120_000)
    expect(outcomes(recorder, 'Slow.run')).toEqual(['succeeded'])
    expect(finish).toHaveLength(1)
  })

  it('keeps this, arguments, results, name and other metadata of a method', async () => {
    const { jobs } = await start([Jobs])

    expect(await jobs.sync(1, 2)).toBe('synced')
    expect(jobs.calls).toEqual(['sync', 2])
    expect([jobs.sync.name, jobs.sync.length, Object.keys(jobs)]).toEqual(['sync', 0, ['calls', 'error']])
    jobs.error = new Error('no database')
    await expect(jobs.sync()).rejects.toBe(jobs.error)
    expect(() => jobs.tick()).toThrow('no database')
  })

  it('expects nothing of jobs that do not run', async () => {
    class Off {
      off(): void {}
    }
    decorate(Off, { off: Cron('* * * * *', { disabled: true }) })
    const { application, supervisor, recorder } = await start([Off, Jobs], 'before', { intervals: false })
    await vi.advanceTimersByTimeAsync(5 * 60_000)

    expect(supervisor.task('Jobs.tick')).toBeUndefined()
    expect(supervisor.task('Off.off')?.paused).toBe(true)
    expect(supervisor.task('Off.off')?.health().status).not.toBe('unhealthy')
    application.get(SchedulerRegistry).getCronJob('Off.off').start()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(outcomes(recorder, 'Off.off')).toEqual(['succeeded'])
  })

  it.each([
    [{ prioritty: 'low' }, "Unknown option 'prioritty' of `@Supervised`. Did you mean 'priority'?"],
    [{ priority: 'urgent' }, "got 'urgent'."],
    [{ health: { ad: [] } }, "Unknown option 'ad' of `health` (task 'Mails.send'). Did you mean 'add'?"],
  ])('refuses the wrong option %j of @Supervised, and names the method', async (options, message) => {
    class Mails {
      send(): void {}
    }
    decorate(Mails, { send: [Interval(1_000), Supervised(options as never)] })

    await expect(start([Mails])).rejects.toThrow(`${message} It is given for Mails.send in AppModule`)
  })

  it('takes the options of @Supervised, and warns of those that need the other mode', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {})
    class Mails {
      send(): void {}
    }
    decorate(Mails, {
      send: [
        Interval(1_000),
        Supervised({ name: 'mails', category: 'mail', timeout: '5s', schedule: every('1h') }),
      ],
    })
    const { supervisor } = await start([Mails, Jobs])
    const task = supervisor.task('mails')

    expect([task?.category, task?.schedule.info.text]).toEqual(['mail', 'every 1h'])
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining("Mails.send: `timeout` of @Supervised needs mode 'replace'")],
    ])
  })

  it.each<readonly [string, object]>([
    ['paused', { paused: 'until the move' }],
    ['enabled', { enabled: () => false }],
  ])('refuses the option %s, because the method would run in spite of it', async (option, options) => {
    class Mails {
      send(): void {}
    }
    decorate(Mails, { send: [Interval(1_000), Supervised(options)] })
    await expect(start([Mails])).rejects.toThrow(
      `The option \`${option}\` of @Supervised has no effect on Mails.send, because @nestjs/schedule runs this method. Use mode 'replace'`,
    )
  })

  it('accepts options that are not set, without a warning', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {})
    class Mails {
      send(): void {}
    }
    const unset = { paused: false, enabled: undefined, timeout: undefined }
    decorate(Mails, { send: [Interval(1_000), Supervised(unset)] })
    await start([Mails])
    expect(warn.mock.calls).toEqual([])
  })

  it('observes controllers, and each of two instances of a class', async () => {
    class Api {
      refresh(): void {}
    }
    Controller('api')(Api)
    decorate(Api, { refresh: [Get('refresh') as MethodDecorator, Interval(1_000)] })
    const feature = makeModule({ controllers: [Api], providers: [Jobs] }, 'FeatureModule')
    const recorder = recordEvents()
    const runwell = RunwellModule.forRoot({ supervisor: { observers: [recorder] } })
    const application = await startApplication(
      makeModule({
        imports: [feature, runwell, ScheduleModule.forRoot({ cronJobs: false })],
        providers: [Jobs],
      }),
    )
    await vi.advanceTimersByTimeAsync(20_000)

    expect([...application.get(Supervisor).tasks()].map(({ name }) => name)).toEqual([
      'Api.refresh',
      'Jobs.tick',
      'Jobs.warmUp',
      'Jobs.tick-2',
      'Jobs.warmUp-2',
    ])
    expect(outcomes(recorder, 'Api.refresh')).toHaveLength(20)
    expect(outcomes(recorder, 'Jobs.tick')).toEqual(['succeeded'])
    expect(outcomes(recorder, 'Jobs.tick-2')).toEqual(['succeeded'])
  })

  it('leaves request-scoped providers to the host, which warns', async () => {
    const { supervisor } = await start([{ provide: Jobs, useClass: Jobs, scope: Scope.REQUEST }])

    expect([...supervisor.tasks()]).toEqual([])
  })

  it('warns if nothing runs the methods', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {})
    const root = makeModule({
      imports: [RunwellModule.forRoot({ mode: 'observe', supervisor: { observers: [] } })],
      providers: [Jobs],
    })
    await startApplication(root)

    expect(warn.mock.calls).toEqual([[expect.stringContaining('needs ScheduleModule.forRoot()')]])
  })
})
