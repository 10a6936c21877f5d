import { Scope } from '@nestjs/common'
import { Cron, Interval, ScheduleModule, SchedulerRegistry } from '@nestjs/schedule'
import { loop, type RunContext, type Supervisor } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import { RunwellModule, Supervised } from '../../../src/nest/index.ts'
import { decorate, makeModule, makeSupervisor, startApplication } from './application.ts'
import { Reports, start } from './reports.ts'

describe("mode 'replace'", () => {
  it('registers decorated methods as tasks, at the schedules of their decorators', async () => {
    const { application, supervisor, clock } = await start([Reports])
    const { calls } = application.get(Reports)
    const tasks = [...supervisor.tasks()].map(({ name, owner, schedule }) => [
      name,
      owner,
      schedule.info.text,
    ])

    expect(tasks).toEqual([
      ['daily-report', 'AppModule', 'cron 0 3 * * * (Europe/Berlin)'],
      ['Reports.clean', 'AppModule', 'every 1m'],
      ['warm-up', 'AppModule', 'once after 5s'],
    ])
    await clock.advance('59999ms')
    expect(calls).toEqual(['warmUp'])
    await clock.advance('1ms')
    expect(calls).toEqual(['warmUp', 'clean'])
    await clock.advance('1m')
    expect(calls).toEqual(['warmUp', 'clean', 'clean'])
    // 02:00 UTC is 03:00 in Berlin.
    await clock.advance('118m')
    expect(calls.filter((call) => call !== 'clean')).toEqual(['warmUp', 'send(1)'])
  })

  it('gives methods the context of their run', async () => {
    const seen: unknown[] = []
    class Jobs {
      sync({ runId, trigger, signal }: RunContext): string {
        seen.push(this instanceof Jobs, typeof runId, trigger, signal.aborted)
        return 'done'
      }
    }
    decorate(Jobs, { sync: Cron('* * * * *') as never })
    const { supervisor } = await start([Jobs])

    expect(await supervisor.task('Jobs.sync')?.trigger()).toMatchObject({
      outcome: 'succeeded',
      value: 'done',
    })
    expect(seen).toEqual([true, 'string', 'manual', false])
  })

  it('counts a method that throws as failed', async () => {
    class Jobs {
      async sync(): Promise<void> {
        throw new Error('no database')
      }
    }
    decorate(Jobs, { sync: Interval(1_000) })
    const { recorder, clock } = await start([Jobs])
    await clock.advance('1s')

    const [ended] = recorder.of('run.ended', 'Jobs.sync')
    expect([ended?.outcome, ended?.error?.message]).toEqual(['failed', 'no database'])
  })

  it('leaves calls by other code alone', async () => {
    const { application, supervisor } = await start([Reports])

    expect(application.get(Reports).send('now')).toBe('sent')
    expect(supervisor.report().totals.started).toBe(0)
  })

  it.each(['before', 'after'])(
    'keeps ScheduleModule, imported %s it, from running the methods, too',
    async (place) => {
      const made = makeSupervisor()
      const runwell = RunwellModule.forRoot({ supervisor: made.supervisor, mode: 'replace' })
      const schedule = ScheduleModule.forRoot()
      const root = makeModule({
        imports: place === 'before' ? [schedule, runwell] : [runwell, schedule],
        providers: [Reports],
      })
      const application = await startApplication(root)
      const registry = application.get(SchedulerRegistry)

      expect([
        ...registry.getCronJobs().keys(),
        ...registry.getIntervals(),
        ...registry.getTimeouts(),
      ]).toEqual([])
      expect([...made.supervisor.tasks()]).toHaveLength(3)
      expect(application.get(Reports).send()).toBe('sent')
    },
  )

  it('runs what ScheduleModule would run, and what its own options say', async () => {
    const off = ScheduleModule.forRoot({ intervals: false })
    const beside = await start([Reports], { mode: 'replace' }, [off])
    const own = await start([Reports], { cronJobs: false, timeouts: false })
    const names = ({ supervisor }: { supervisor: Supervisor }) =>
      [...supervisor.tasks()].map(({ name }) => name)

    expect(names(beside)).toEqual(['daily-report', 'warm-up'])
    expect(names(own)).toEqual(['Reports.clean'])
  })

  it('registers a disabled cron job paused, and skips slots within its initial delay', async () => {
    class Jobs {
      off(): void {}
      late(): void {}
    }
    decorate(Jobs, {
      off: Cron('* * * * *', { disabled: true }),
      late: Cron('* * * * *', { initialDelay: 90_000 } as object),
    })
    const { supervisor, clock, recorder } = await start([Jobs])
    await clock.advance('3m')

    expect(supervisor.task('Jobs.off')?.paused).toBe(true)
    expect(recorder.of('run.started').map(({ task, at }) => [task, new Date(at).toISOString()])).toEqual([
      ['Jobs.late', '2027-03-01T00:02:00.000Z'],
      ['Jobs.late', '2027-03-01T00:03:00.000Z'],
    ])
    supervisor.task('Jobs.off')?.resume()
    await clock.advance('1m')
    expect(recorder.of('run.started', 'Jobs.off')).toHaveLength(1)
  })

  it('reads dates, and offsets of time zones', async () => {
    class Jobs {
      dated(): void {}
      past(): void {}
      offset(): void {}
      either(): void {}
    }
    decorate(Jobs, {
      dated: Cron(new Date('2027-03-02T00:00:00Z')),
      past: Cron(new Date('2027-02-01T00:00:00Z')),
      offset: Cron('0 3 * * *', { utcOffset: 120 }),
      either: Cron('0 0 13 * 5', { timeZone: 'UTC' }),
    })
    const { supervisor } = await start([Jobs])
    const next = (name: string) => new Date(supervisor.task(name)?.nextRunAt ?? 0).toISOString()

    expect(supervisor.task('Jobs.past')).toBeUndefined()
    expect(next('Jobs.dated')).toBe('2027-03-02T00:00:00.000Z')
    expect(next('Jobs.offset')).toBe('2027-03-01T01:00:00.000Z')
    // The host runs on Fridays and on each 13th. 5 March 2027 is a Friday.
    expect(next('Jobs.either')).toBe('2027-03-05T00:00:00.000Z')
  })

  it('fails the start of Nest with an error that names the method', async () => {
    class Jobs {
      sync(): void {}
    }
    decorate(Jobs, { sync: Cron('61 * * * *') })

    await expect(start([Jobs])).rejects.toThrow(/61.*Jobs\.sync in AppModule/s)
  })

  it('runs no method of a request-scoped provider, as the host', async () => {
    class Jobs {
      sync(): void {}
    }
    decorate(Jobs, { sync: Interval(1_000) })
    const { supervisor } = await start([{ provide: Jobs, useClass: Jobs, scope: Scope.REQUEST }])

    expect([...supervisor.tasks()]).toEqual([])
  })

  it('finds providers of factories, aliases and other modules, each once', async () => {
    class Mails extends Reports {}
    const feature = makeModule({ providers: [Reports] }, 'FeatureModule')
    const dynamic = {
      module: class DynamicModule {},
      providers: [{ provide: 'mails', useFactory: () => new Mails() }],
    }
    const { supervisor } = await start(
      [Reports, { provide: 'alias', useExisting: Reports }],
      { timeouts: false, cronJobs: false },
      [feature, dynamic],
    )

    expect([...supervisor.tasks()].map(({ name, owner }) => [name, owner])).toEqual([
      ['Reports.clean', 'AppModule'],
      ['Reports.clean-2', 'FeatureModule'],
      ['Mails.clean', 'DynamicModule'],
    ])
  })
})

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

describe('@Supervised', () => {
  it('sets options of methods and classes, and makes tasks of other methods', async () => {
    class Consumer {
      async consume({ ready, sleep }: RunContext): Promise<void> {
        ready()
        await sleep('1d')
      }
      flush(): void {}
      import(): void {}
    }
    decorate(Consumer, {
      consume: Supervised({ schedule: loop({ ready: true }), priority: 'critical' }) as never,
      flush: [Cron('* * * * *'), Supervised({ name: 'flush', timeout: '10s', owner: 'data' })],
      import: Supervised({}),
    })
    Supervised({ name: 'queue', category: 'queues' })(Consumer)
    const { supervisor, clock } = await start([Consumer])
    await clock.advance('1ms')

    const tasks = [...supervisor.tasks()].map(({ name, owner, category, priority, schedule }) => [
      name,
      owner,
      category,
      priority,
      schedule.info.text,
    ])
    expect(tasks).toEqual([
      ['queue.consume', 'AppModule', 'queues', 'critical', 'loop'],
      ['flush', 'data', 'queues', 'normal', `cron * * * * * (${zone})`],
      ['queue.import', 'AppModule', 'queues', 'normal', 'manual'],
    ])
    expect(supervisor.ready().ok).toBe(true)
  })

  it.each([
    ['no options', () => Supervised(undefined as never)],
    ['a schedule of a class', () => Supervised({ schedule: loop() })(class {})],
    ['a property', () => Supervised({})({}, 'field', undefined as never)],
  ])('refuses %s', (_, call) => {
    expect(call).toThrow('Expected `Supervised')
  })

  it('names the method of an option that does not exist', async () => {
    class Jobs {
      sync(): void {}
    }
    decorate(Jobs, { sync: Supervised({ prioritty: 'low' } as never) })

    await expect(start([Jobs])).rejects.toThrow(/priority.*Jobs\.sync in AppModule/s)
  })

  it.each([
    [{ retries: 3 }, "Unknown option 'retries' of task 'Jobs.sync'. Did you mean 'retry'?"],
    [{ frequency: 3 }, 'The type declarations document the options of `task`.'],
    [{ retry: { times: -1 } }, "got -1 (task 'Jobs.sync')."],
  ])('ends each sentence about the wrong option %j with one mark', async (options, message) => {
    class Jobs {
      sync(): void {}
    }
    decorate(Jobs, { sync: Supervised(options as never) })

    await expect(start([Jobs])).rejects.toThrow(`${message} It is given for Jobs.sync in AppModule`)
  })
})
