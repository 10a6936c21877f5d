import type { Priority, RunContext } from '../src/index.ts'
import { handleSignals, loop, every as periodic, Supervisor } from '../src/index.ts'
import { recordEvents, VirtualClock } from '../src/testing/index.ts'

export interface Doing {
  sleep(ms: number): Promise<void>
}
export type Body = (doing: Doing) => unknown

export interface AddOptions {
  /** With a period, the first run starts immediately. Without it, the task is a loop, which should run forever. */
  readonly everyMs?: number
  readonly owner?: string
  readonly priority?: Priority
  readonly category?: string
  readonly mayEnd?: boolean
}

export interface Known {
  readonly runs: number
  readonly errors: number
  readonly restarts: number
  readonly averageMs: number
  readonly isHealthy: boolean
  readonly isRunning: boolean
}

export interface Subject {
  readonly clock: VirtualClock
  readonly reported: readonly string[]
  add(name: string, body: Body, options?: AddOptions): void
  spawn(name: string, body: Body, options?: AddOptions): void
  main(body: Body): void
  instrument<Result>(name: string, fn: () => Result): () => Result
  start(): Promise<void>
  restart(name: string): Promise<boolean>
  /** Stops a task permanently. */
  cancel(name: string): void
  /** Stops a task until `proceed()` is called. */
  halt(name: string): void
  proceed(name: string): void
  removeOwner(owner: string): Promise<void>
  shutDown(): Promise<void>
  signal(): void
  /** From now on, the health check of this task fails. */
  breakCheck(name: string): void
  read(name: string): Known
  categories(): Readonly<Record<string, number>>
  attributes(): readonly string[]
}

export class RunwellSubject implements Subject {
  readonly clock = new VirtualClock()
  readonly #broken = new Set<string>()
  readonly #recorder = recordEvents()
  readonly #supervisor = new Supervisor({ clock: this.clock, observers: [this.#recorder], seed: 1, env: {} })
  readonly #exits: (() => void)[] = []

  get reported(): readonly string[] {
    return this.#recorder.events.map((event) => event.type)
  }

  add(name: string, body: Body, options: AddOptions = {}): void {
    const { everyMs, mayEnd, ...rest } = options
    this.#supervisor.register({
      name,
      ...rest,
      schedule: everyMs === undefined ? loop() : periodic(everyMs, { immediate: true }),
      restart: everyMs === undefined ? (mayEnd ? 'on-failure' : 'always') : undefined,
      health: { add: [() => this.#check(name)] },
      run: (context) => body(doingOf(context)),
    })
  }

  #check(name: string): undefined {
    if (this.#broken.has(name)) throw new Error('the check fails')
  }

  spawn(name: string, body: Body, { owner, priority, category }: AddOptions = {}): void {
    this.#supervisor.spawn(name, (context) => body(doingOf(context)), { owner, priority, category })
  }

  main(body: Body): void {
    const sleep = (ms: number) => new Promise<void>((resolve) => void this.clock.timer(resolve, ms))
    void body({ sleep })
  }

  instrument<Result>(name: string, fn: () => Result): () => Result {
    return this.#supervisor.instrument({ name }, fn)
  }

  start(): Promise<void> {
    return this.#supervisor.start()
  }

  async restart(name: string): Promise<boolean> {
    const answer = await this.#supervisor.task(name)?.restart()
    return answer?.restarted ?? false
  }

  cancel(name: string): void {
    void this.#supervisor.task(name)?.unregister()
  }

  halt(name: string): void {
    this.#supervisor.task(name)?.pause()
  }

  proceed(name: string): void {
    this.#supervisor.task(name)?.resume()
  }

  removeOwner(owner: string): Promise<void> {
    return this.#supervisor.owner(owner).dispose()
  }

  async shutDown(): Promise<void> {
    await this.#supervisor.stop({ drain: true })
    for (const exit of this.#exits) exit()
  }

  signal(): void {
    const off = handleSignals(this.#supervisor, { signals: ['SIGUSR2'], log: () => {}, exit: () => off() })
    process.emit('SIGUSR2', 'SIGUSR2')
  }

  breakCheck(name: string): void {
    this.#broken.add(name)
  }

  read(name: string): Known {
    const task = this.#supervisor.task(name)
    const metrics = task?.metrics()
    const sum = (counts: object = {}): number =>
      Object.values(counts).reduce((total, count) => total + count, 0)
    return {
      runs: metrics?.started ?? 0,
      errors: metrics === undefined ? 0 : metrics.outcomes.failed + metrics.outcomes['timed-out'],
      restarts: sum(metrics?.restarts),
      averageMs: metrics === undefined ? 0 : metrics.success.sum / metrics.success.count,
      isHealthy: task?.health().status === 'healthy',
      isRunning: task?.state === 'running' || (task?.nextRunAt !== undefined && !task.paused),
    }
  }

  categories(): Readonly<Record<string, number>> {
    return this.#supervisor.report().byCategory
  }

  attributes(): readonly string[] {
    const [ended] = this.#recorder.of('run.ended')
    return [...Object.keys(ended ?? {}), ...Object.keys(ended?.info ?? {})]
  }
}

function doingOf({ sleep, throwIfAborted }: RunContext): Doing {
  return {
    sleep: async (ms) => {
      await sleep(ms)
      throwIfAborted()
    },
  }
}
