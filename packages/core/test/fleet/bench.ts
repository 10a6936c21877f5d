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

/** The kind of fleet under test, and functions that disturb its processes and its store. Each case gets a new bench. */
export interface FleetBench {
  /** The time of all supervisors; `undefined` for real time. */
  readonly clock: Clock | undefined
  /** After this time a process that is frozen or killed has lost its runs. */
  readonly leaseMs: number
  /** Creates the value of the option `fleet` for one more supervisor. */
  member(options?: { readonly version?: string | undefined }): Fleet
  /** Lets `ms` milliseconds pass, in virtual or in real time. */
  pass(ms: number): Promise<void>
  /** Cuts the process off from the fleet forever, as if it had crashed. */
  kill(fleet: Fleet): void
  /** Cuts the process off from the fleet until `thaw`, as if it were frozen. */
  freeze(fleet: Fleet): void
  thaw(fleet: Fleet): void
  storeDown(): Promise<void> | void
  storeUp(): Promise<void> | void
  /** Releases what the bench has opened, such as connections. */
  end(): Promise<void> | void
}

/**
 * The exports of core that the cases use. A test in another package passes the core that the package itself uses, so
 * that the test does not load a second copy.
 */
export interface FleetCore {
  readonly Supervisor: new (options: SupervisorOptions) => Supervisor
  readonly recordEvents: () => EventRecorder
}

/** A supervisor that stands for one process of a fleet. All supervisors of a case are in the same real process. */
export interface Process {
  readonly fleet: Fleet
  readonly supervisor: Supervisor
  readonly recorder: EventRecorder
}

/** What the cases record about an attempt. `process` is an index of `FleetScene.processes`. */
export interface SeenRun {
  readonly process: number
  readonly slot: number | undefined
  readonly attempt: number
  readonly token: number | undefined
}

type Run = TaskOptions['run']

/** The processes of one fleet, and the runs that they have started. */
export class FleetScene {
  readonly bench: FleetBench
  readonly #core: FleetCore
  readonly processes: Process[] = []
  readonly runs: SeenRun[] = []

  constructor(bench: FleetBench, core: FleetCore) {
    this.bench = bench
    this.#core = core
  }

  /** Creates one more process of the fleet, but does not start it. */
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

  /** Creates and starts `count` processes, each with this task. */
  async start(count: number, task: Partial<TaskOptions> = {}): Promise<readonly Process[]> {
    const started: Process[] = []
    for (let n = 0; n < count; n += 1) started.push(await this.join(task))
    return started
  }

  /** Creates and starts one more process with this task. */
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

  /** Returns a function for a task. It adds each run to `runs`, and then calls `run`. */
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

  /** Lets time pass until `condition()` returns true. Fails if it does not within `withinMs`. */
  async until(condition: () => boolean, withinMs = 15_000): Promise<void> {
    for (let passed = 0; passed < withinMs && !condition(); passed += 100) await this.bench.pass(100)
    expect(condition(), `not within ${withinMs} ms: ${String(condition)}`).toBe(true)
  }

  /** The recorded events of all processes, first those of the first process. */
  events<Type extends SupervisorEventType>(type: Type): EventOf<Type>[] {
    return this.processes.flatMap(({ recorder }) => [...recorder.of(type)])
  }

  /** The slots that ran, oldest first. */
  get slots(): number[] {
    return this.runs.flatMap(({ slot }) => (slot === undefined ? [] : [slot])).sort((a, b) => a - b)
  }

  /** How many slots were reported as skipped for this reason. */
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

/** A guarantee that every kind of fleet gives: the sentence that states it, and the function that tests it. */
export type FleetCase = readonly [name: string, tried: (scene: FleetScene) => Promise<void>]
