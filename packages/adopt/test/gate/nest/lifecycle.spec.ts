import { Inject, type OnModuleDestroy } from '@nestjs/common'
import { Supervisor, type Task } from '@runwell/core'
import { describe, expect, it, vi } from 'vitest'
import { InjectTask, RunwellHealthIndicator, RunwellModule } from '../../../src/nest/index.ts'
import { decorateParameters, makeModule, makeSupervisor, startApplication } from './application.ts'
import { Reports, start } from './reports.ts'

describe('injection', () => {
  it('injects the supervisor and a task that is registered later', async () => {
    class Controls {
      readonly supervisor: Supervisor
      readonly report: Task
      readonly missing: Task

      constructor(supervisor: Supervisor, report: Task, missing: Task) {
        this.supervisor = supervisor
        this.report = report
        this.missing = missing
      }
    }
    decorateParameters(Controls, [Inject(Supervisor), InjectTask('daily-report'), InjectTask('daily-reprot')])
    const { application, supervisor } = await start([Controls, Reports])
    const controls = application.get(Controls)

    expect(controls.supervisor).toBe(supervisor)
    expect(controls.report.name).toBe('daily-report')
    expect(await controls.report.trigger()).toMatchObject({ outcome: 'succeeded', value: 'sent' })
    controls.report.pause()
    expect(supervisor.task('daily-report')?.paused).toBe(true)
    expect(() => controls.missing.trigger()).toThrow("got 'daily-reprot'. Did you mean 'daily-report'?")
  })
})

describe('lifecycle', () => {
  it('starts after all other hooks and stops before them', async () => {
    const order: string[] = []
    const made = makeSupervisor()
    const note = (hook: string) => order.push(`${hook}: ${made.supervisor.report().phase}`)
    class Database implements OnModuleDestroy {
      onApplicationBootstrap(): void {
        note('database up')
      }
      onModuleDestroy(): void {
        note('database closed')
      }
    }
    const database = makeModule({ providers: [Database] }, 'DatabaseModule')
    const root = makeModule({
      imports: [
        RunwellModule.forRoot({ supervisor: made.supervisor, stop: { reason: 'deploy' } }),
        { module: database, global: true },
      ],
    })
    Object.assign(root.prototype, {
      onApplicationBootstrap: () => note('root up'),
      onModuleDestroy: () => note('root closed'),
    })
    const application = await startApplication(root)
    expect(made.supervisor.report().phase).toBe('started')
    await application.close()

    expect(order).toEqual([
      'database up: new',
      'root up: new',
      'root closed: stopped',
      'database closed: stopped',
    ])
    expect(made.supervisor.report().shutdown?.reason).toBe('deploy')
  })

  it('lets a stop close the application', async () => {
    const { application, supervisor } = await start([Reports])
    const report = await supervisor.stop({ before: () => application.close() })

    expect(report.tookMs).toBe(0)
  })

  it('makes a supervisor for each application, at the same time and one after another', async () => {
    const makes = vi.fn(() => makeSupervisor().supervisor)
    const root = makeModule({ imports: [RunwellModule.forRoot({ supervisor: makes })], providers: [Reports] })
    const first = await startApplication(root)
    const second = await startApplication(root)
    await first.close()
    const third = await startApplication(root)

    const names = [...third.get(Supervisor).tasks()].map(({ name }) => name)
    expect(names).toEqual(['daily-report', 'Reports.clean', 'warm-up'])
    expect(second.get(Supervisor).report().phase).toBe('started')
    expect(new Set([first, second, third].map((each) => each.get(Supervisor))).size).toBe(3)
    expect(makes).toHaveBeenCalledTimes(3)
  })

  it('takes options of a supervisor, and options of a factory', async () => {
    const options = makeModule(
      { providers: [{ provide: 'name', useValue: 'mails' }], exports: ['name'] },
      'Config',
    )
    const root = makeModule({
      imports: [
        RunwellModule.forRootAsync({
          imports: [options],
          inject: ['name'],
          useFactory: async (name: string) => ({ supervisor: { name, observers: [] } }),
        }),
      ],
    })
    const application = await startApplication(root)

    expect(application.get(Supervisor).name).toBe('mails')
  })

  it('refuses a supervisor that has stopped, and names the cure', async () => {
    const { supervisor } = makeSupervisor()
    await supervisor.stop()

    await expect(
      startApplication(makeModule({ imports: [RunwellModule.forRoot({ supervisor })] })),
    ).rejects.toThrow('() => new Supervisor()')
  })

  it('refuses to be imported twice', async () => {
    const feature = makeModule({ imports: [RunwellModule.forRoot()] }, 'FeatureModule')
    const root = makeModule({ imports: [feature, RunwellModule.forRoot()] })

    await expect(startApplication(root)).rejects.toThrow('RunwellModule is imported 2 times')
  })

  it.each([
    ['', []],
    [' by an application that injects the supervisor', [Supervisor]],
    [' by an application that injects the health indicator', [RunwellHealthIndicator]],
  ])('refuses to be imported without forRoot()%s', async (_, tokens) => {
    class Reports {}
    decorateParameters(
      Reports,
      tokens.map((token) => Inject(token) as ParameterDecorator),
    )
    const root = makeModule({ imports: [RunwellModule], providers: [Reports] })

    await expect(startApplication(root)).rejects.toThrow(
      'RunwellModule is imported without options. Write imports: [RunwellModule.forRoot()]',
    )
  })

  it('refuses invalid options', () => {
    expect(() => RunwellModule.forRoot({ mode: 'watch' } as never)).toThrow("'replace', 'observe'")
    expect(() => RunwellModule.forRoot({ supervisor: 'mine' } as never)).toThrow('RunwellModule.supervisor')
  })
})
