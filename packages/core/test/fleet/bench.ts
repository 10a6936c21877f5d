import { expect } from 'vitest'
import type { Fleet } from '../../src/adapter/index.ts'
import type {
  Clock,
  EventOf,
  Supervisor,
  SupervisorEventType,
  SupervisorOptions,
  TaskOptions,
} from '../../src/index.ts'
import type { EventRecorder } from '../../src/testing/index.ts'

export interface FleetBench {
  /** `undefined` for real time. */
  readonly clock: Clock | undefined
  /** How long a process may be frozen or dead before another process may take over its runs. */
  readonly leaseMs: number
  member(options?: { readonly version?: string | undefined }): Fleet
  pass(ms: number): Promise<void>
  kill(fleet: Fleet): void
  freeze(fleet: Fleet): void
  thaw(fleet: Fleet): void
  storeDown(): Promise<void> | void
  storeUp(): Promise<void> | void
  end(): Promise<void> | void
}

/** The tests must use the copy of core that the tested fleet imports. So a package passes its own copy. */
export interface FleetCore {
  readonly Supervisor: new (options: SupervisorOptions) => Supervisor
  readonly recordEvents: () => EventRecorder
}

export interface Process {
  readonly fleet: Fleet
  readonly supervisor: Supervisor
  readonly recorder: EventRecorder
}

export interface SeenRun {
  readonly process: number
  readonly slot: number | undefined
  readonly attempt: number
  readonly token: number | undefined
}

type Run = TaskOptions['run']

export class FleetScene {
  readonly bench: FleetBench
  readonly #core: FleetCore
  readonly processes: Process[] = []
  readonly runs: SeenRun[] = []

  constructor(bench: FleetBench, core: FleetCore) {
    this.bench = bench
    this.#core = core
  }

  process(options: SupervisorOptions & { readonly version?: string } = {}): Process {
    const { version, ...rest } = options
    const fleet = this.bench.member({ version })
    const recorder = this.#core.recordEvents()
    const { clock } = this.bench
    const supervisor = new this.#core.Supervisor({ clock, fleet, observers: [recorder], env: {}, ...rest })
    const process = { fleet, supervisor, recorder }
    this.processes.push(process)
    return process
  }

  async start(count: number, task: Partial<TaskOptions> = {}): Promise<readonly Process[]> {
    const started: Process[] = []
    for (let n = 0; n < count; n += 1) started.push(await this.join(task))
    return started
  }

  async join(
    task: Partial<TaskOptions> = {},
    options: Parameters<FleetScene['process']>[0] = {},
  ): Promise<Process> {
    const process = this.process(options)
    this.register(process, task)
    await process.supervisor.start()
    return process
  }

  register(process: Process, task: Partial<TaskOptions>): void {
    process.supervisor.register({
      name: 'task',
      scope: 'service',
      ...task,
      run: this.seen(process, task.run),
    })
  }

  seen(process: Process, run: Run = () => {}): Run {
    const at = this.processes.indexOf(process)
    return (context) => {
      const { scheduledAt, attempt, fencingToken: token } = context
      this.runs.push({ process: at, slot: scheduledAt?.getTime(), attempt, token })
      return run(context)
    }
  }

  pass(ms: number): Promise<void> {
    return this.bench.pass(ms)
  }

  async until(condition: () => boolean, withinMs = 15_000): Promise<void> {
    for (let passed = 0; passed < withinMs && !condition(); passed += 100) await this.bench.pass(100)
    expect(condition(), `not within ${withinMs} ms: ${String(condition)}`).toBe(true)
  }

  events<Type extends SupervisorEventType>(type: Type): EventOf<Type>[] {
    return this.processes.flatMap(({ recorder }) => [...recorder.of(type)])
  }

  get slots(): number[] {
    return this.runs.flatMap(({ slot }) => (slot === undefined ? [] : [slot])).sort((a, b) => a - b)
  }

  skipped(reason: string): number {
    return this.events('run.skipped')
      .filter((event) => event.reason === reason)
      .reduce((sum, { count }) => sum + count, 0)
  }

  get missed(): number {
    return this.events('run.missed').reduce((sum, { count }) => sum + count, 0)
  }

  task({ supervisor }: Process, name = 'task') {
    const task = supervisor.task(name)
    if (task === undefined) throw new Error(`no task '${name}'`)
    return task
  }

  async end(): Promise<void> {
    const stops = this.processes.map(({ supervisor }) => supervisor.stop({ deadline: '1s' }))
    if (this.bench.clock) await this.bench.pass(2_000)
    await Promise.all(stops)
    await this.bench.end()
  }
}

export type FleetCase = readonly [name: string, tried: (scene: FleetScene) => Promise<void>]
