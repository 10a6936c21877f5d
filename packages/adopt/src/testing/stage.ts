import { Supervisor, type Task } from '@runwell/core'
import { type EventRecorder, recordEvents, VirtualClock } from '@runwell/core/testing'
import type { AdopterHarness, HostedJob } from './harness.ts'
import { HostTime, textOf } from './host-time.ts'

const graceOf = (periodMs: number): number => Math.min(300_000, Math.max(30_000, periodMs / 2))

export type StageJob = (number: number, stage: Stage) => unknown

export class Stage {
  static readonly job = 'contract'
  readonly clock: VirtualClock
  readonly events: EventRecorder = recordEvents()
  readonly supervisor: Supervisor
  /**
   * One text for each call of the job, with `this` and the arguments. In virtual time, it also contains the time of
   * the call.
   */
  readonly calls: string[] = []
  /** Errors that the host library reported or did not catch. */
  readonly errors: string[] = []
  readonly harness: AdopterHarness
  readonly #isAdopted: boolean
  readonly #time: HostTime
  readonly #job: (this: unknown, ...args: unknown[]) => unknown
  hosted: HostedJob = { remove() {} }

  private constructor(harness: AdopterHarness, isAdopted: boolean, job: StageJob) {
    this.harness = harness
    this.#isAdopted = isAdopted
    this.clock = new VirtualClock({
      startAt: harness.time === 'real' ? Math.floor(Date.now() / 60_000) * 60_000 : '2026-03-02T00:00:00Z',
    })
    this.supervisor = new Supervisor({ clock: this.clock, observers: [this.events], seed: 7 })
    this.#time = new HostTime(this.clock, this.errors)
    const stage = this
    this.#job = function (this: unknown, ...args) {
      const at = harness.time === 'real' ? '' : `${stage.clock.now()} `
      stage.calls.push(`${at}${describe(this)} (${args.map(describe).join(', ')})`)
      return job(stage.calls.length, stage)
    }
  }

  static async run<Result>(
    harness: AdopterHarness,
    job: StageJob,
    act: (stage: Stage) => Promise<Result>,
    isAdopted = true,
  ): Promise<Result> {
    const stage = new Stage(harness, isAdopted, job)
    stage.#time.install(harness.time !== 'real')
    try {
      stage.hosted = await stage.startHost()
      await stage.supervisor.start()
      // A case begins 1 s after a slot, so the order of simultaneous timers does not matter.
      if (harness.time !== 'real') await stage.clock.advance(1_000)
      return await act(stage)
    } finally {
      await stage.#close()
    }
  }

  /** Starts the job. A second call, after `remove`, starts a new job. */
  startHost(): HostedJob | Promise<HostedJob> {
    return this.harness.start({
      supervisor: this.#isAdopted ? this.supervisor : undefined,
      clock: this.clock,
      name: Stage.job,
      job: this.#job,
      report: (error) => void this.errors.push(`reported: ${textOf(error)}`),
    })
  }

  get task(): Task {
    const task = this.supervisor.task(Stage.job)
    if (task === undefined)
      throw new Error(`Expected a task '${Stage.job}', got ${this.taskNames.join(', ') || 'none'}`)
    return task
  }

  get taskNames(): readonly string[] {
    return [...this.supervisor.tasks()].map(({ name }) => name).filter(this.isOwn)
  }

  readonly isOwn = (name: string): boolean => this.harness.furtherTasks?.includes(name) !== true

  get graceMs(): number {
    return graceOf(this.harness.periodMs)
  }

  async periods(count: number): Promise<void> {
    for (let period = 0; period < count; period += 1) {
      if (!this.#time.isDead) await this.hosted.next?.()
      await this.clock.advance(this.harness.periodMs)
    }
  }

  /** Begins a run. In virtual time, this takes a whole period. */
  async begin(): Promise<void> {
    if (this.harness.time !== 'real') return this.periods(1)
    await this.hosted.next?.()
    await this.clock.advance(1_000)
  }

  /**
   * Advances the clock by `ms`. With `time: 'real'`, waits after each second, and ends early when `done` has settled.
   */
  async pass(ms: number, done?: Promise<unknown>): Promise<void> {
    const { time, msPerSecond } = this.harness
    if (time !== 'real') return this.clock.advance(ms)
    const realMs = (done && msPerSecond) ?? 5
    let isDone = false
    const finish = (): void => {
      isDone = true
    }
    done?.then(finish, finish)
    for (let passed = 0; passed < ms && !isDone; passed += 1_000) {
      await this.clock.advance(1_000)
      await new Promise((resolve) => setTimeout(resolve, realMs))
    }
  }

  /**
   * Lets the host library stop working silently. Resolves when the task is unhealthy. The value is the time since the
   * first missing run, divided by `graceMs`. After `limit` times `graceMs`, resolves with `undefined`.
   */
  async untilFoundDead(limit: number): Promise<number | undefined> {
    const { nextRunAt } = this.task
    if (nextRunAt === undefined) throw new Error('Expected the task to know when the next run is due')
    this.#time.isDead = true
    await this.hosted.die?.()
    // With `time: 'real'`, `periods()` has waited a period after the last run, so the next run is due now.
    const isDue = this.harness.time === 'real' && this.task.lastRun !== undefined
    const dueInMs = isDue ? 0 : nextRunAt - this.clock.now()
    await this.clock.advance(dueInMs)
    const foundMs = await this.untilUnhealthy(limit * this.graceMs)
    return foundMs && foundMs / this.graceMs
  }

  async untilUnhealthy(limitMs: number): Promise<number | undefined> {
    const stepMs = this.graceMs / 20
    for (let ms = stepMs; ms <= limitMs; ms += stepMs) {
      await this.clock.advance(stepMs)
      if (this.supervisor.task(Stage.job)?.health().status === 'unhealthy') return ms
    }
    return undefined
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.timer(resolve, ms, true))
  }

  async #close(): Promise<void> {
    try {
      // `remove` and `stop` may wait for an active run, so time must pass before they are awaited.
      const removed = this.hosted.remove()
      const stopped = this.supervisor.stop()
      await this.clock.advance(60_000)
      await Promise.race([removed, this.clock.settle()])
      await this.hosted.close?.()
      await stopped
    } finally {
      this.#time.uninstall()
    }
  }
}

function describe(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name}/${value.length}`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Object.prototype.toString.call(value) === '[object Date]') return 'date'
  const keys = Object.keys(value).sort((a, b) => a.localeCompare(b))
  return `${value.constructor?.name ?? 'null'} {${keys.join(' ')}}`
}
