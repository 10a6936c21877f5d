import { text } from './base/check.ts'
import { type Duration, toMs } from './base/duration.ts'
import { UnknownTaskError, WrongStateError } from './base/errors.ts'
import { explainTask } from './facade/explain.ts'
import type { Explanation } from './facade/explanation.ts'
import type { InstrumentOptions } from './facade/instrument.ts'
import { Instruments } from './facade/instrument.ts'
import type { Discovery, Owner } from './facade/owner.ts'
import { discover, OwnerScope } from './facade/owner.ts'
import { Readiness } from './facade/readiness.ts'
import { Registry } from './facade/registry.ts'
import { buildReport } from './facade/report.ts'
import type { SpawnHandle, SpawnOptions } from './facade/spawn.ts'
import { Spawner } from './facade/spawn.ts'
import type { ResolvedSupervisor, SupervisorOptions } from './facade/supervisor-options.ts'
import { resolveSupervisor } from './facade/supervisor-options.ts'
import { TaskControl } from './facade/task-control.ts'
import { TaskHandle } from './facade/task-handle.ts'
import { checkObserver } from './observe/check-observer.ts'
import { consoleObserver } from './observe/console-observer.ts'
import { ConsoleWarnings } from './observe/console-warnings.ts'
import type { Observer } from './observe/observer.ts'
import { Watchdog } from './process/watchdog.ts'
import { BlockAttribution } from './shell/blocking/attribution.ts'
import { ContextCalls } from './shell/context-calls.ts'
import { EffectRunner } from './shell/effect-runner.ts'
import { HealthJudge } from './shell/health-judge.ts'
import { KernelLoop } from './shell/kernel-loop.ts'
import { Monitor } from './shell/monitor.ts'
import { Runner } from './shell/runner.ts'
import { SlotFeed } from './shell/slot-feed.ts'
import { SlotPlanner } from './shell/slot-planner.ts'
import { resolveStop, Stopper } from './shell/stopper.ts'
import { TaskCounts } from './shell/task-counts.ts'
import type { TaskRecord } from './shell/task-record.ts'
import { refuseUnknown } from './shutdown/plan.ts'
import type { ShutdownReport, StopOptions } from './shutdown/report.ts'
import type { TaskOptions } from './task/options.ts'
import { resolveTask } from './task/resolve.ts'
import type { RunContext } from './task/run-context.ts'
import type { Task } from './task/task.ts'
import type { SupervisorReport, SupervisorView } from './task/view.ts'

/**
 * Owns the background work of a service: registers tasks, runs them when they are due, restarts them within their
 * budgets, judges their health, and stops them in order.
 */
export class Supervisor implements SupervisorView {
  readonly name: string
  readonly instanceId: string
  readonly #options: ResolvedSupervisor
  readonly #kernelLoop: KernelLoop
  readonly #warnings: ConsoleWarnings
  readonly #taskCounts = new TaskCounts()
  readonly #planner: SlotPlanner
  readonly #registry: Registry
  readonly #control: TaskControl
  readonly #stopper: Stopper
  readonly #monitor: Monitor
  readonly #readiness: Readiness
  readonly #spawner: Spawner
  readonly #instruments: Instruments
  readonly #attribution: BlockAttribution
  readonly #watchdog: Watchdog | undefined
  #startedAt: number | undefined
  #unwatch: (() => void) | undefined
  #detachConsole: (() => void) | undefined

  /** @throws {@link InvalidOptionError} for options that make no sense. */
  constructor(options: SupervisorOptions = {}) {
    const resolved = resolveSupervisor(options)
    const { clock, seed } = resolved
    this.#options = resolved
    this.name = resolved.name
    this.instanceId = `${Math.floor(clock.now()).toString(36)}${Math.floor(Math.random() * 36 ** 5).toString(36)}`
    this.#warnings = new ConsoleWarnings(() => clock.monotonic())
    const kernelLoop = new KernelLoop(clock, seed, this.#warnings, () => shell)
    this.#kernelLoop = kernelLoop
    this.#planner = new SlotPlanner(seed)
    this.#registry = new Registry(kernelLoop, this.#taskCounts, resolved.isTaskDisabled)
    this.#stopper = new Stopper(kernelLoop, this.#warnings, () => this.#close())
    this.#attribution = new BlockAttribution(kernelLoop)
    const healthJudge = new HealthJudge(kernelLoop)
    const slots = new SlotFeed(kernelLoop, this.#planner, this.#warnings)
    const host = new ContextCalls(kernelLoop, (stopOptions) => this.#stopForRun(stopOptions))
    const runner = new Runner(kernelLoop, this.#planner, host, this.#attribution, this.instanceId)
    this.#control = new TaskControl(kernelLoop, this.#planner, (record) => slots.isStandby(record))
    this.#readiness = new Readiness(kernelLoop, this.#stopper, () => this.#monitor)
    this.#monitor = new Monitor(kernelLoop, this.#taskCounts, resolved.monitorMs, () => ({
      live: this.live().ok,
      ready: this.ready().ok,
    }))
    const shell: EffectRunner = new EffectRunner(kernelLoop, {
      runner,
      healthJudge,
      planner: this.#planner,
      slots,
      taskCounts: this.#taskCounts,
      monitor: this.#monitor,
      stopper: this.#stopper,
      attribution: this.#attribution,
      onFinished: (record) => this.#onFinished(record),
      onGone: (record) => {
        this.#attribution.forget(record)
        this.#registry.remove(record)
      },
    })
    this.#spawner = new Spawner(kernelLoop, this.#registry, (name) =>
      this.#warnings.add(
        `Spawned work '${name}' is counted as 'other': there are 200 names already`,
        undefined,
        'spawn names',
      ),
    )
    this.#instruments = new Instruments(kernelLoop, this.#registry, this.#attribution)
    this.#watchdog = resolved.watchdog ? new Watchdog() : undefined
    if (this.#watchdog) this.watch(this.#watchdog)
    const { observers } = resolved
    if (observers === undefined) {
      this.#detachConsole = kernelLoop.observers.attach(consoleObserver(this.#warnings), this)
    }
    for (const observer of observers ?? []) this.observe(observer)
  }

  /**
   * Registers a task; in a started supervisor it is armed at once.
   * @throws {@link InvalidOptionError} {@link DuplicateTaskError} {@link WrongStateError}, and then nothing has changed.
   */
  register<Input = unknown>(options: TaskOptions<Input>): Task<Input> {
    return this.#handleOf(this.#registry.add(resolveTask(options as TaskOptions))) as Task<Input>
  }

  /** The scope of one module: what it registers and spawns can leave together. */
  owner(name: string): Owner {
    return new OwnerScope(text('owner', name), this, () => this.#spawner.guestsOf(name))
  }

  /** Registers what the owners provide, see {@link TaskProvider}; what fails is reported, and the rest goes on. */
  discover(owners: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>): Discovery {
    return discover(owners, (options) => this.register(options), this.#warnings)
  }

  /** Runs `run` once, tracked: counted, traced, stopped at shutdown. Each name is a kind of work and shows as a task. */
  spawn<Result>(
    name: string,
    run: (context: RunContext) => Result | Promise<Result>,
    options: SpawnOptions = {},
  ): SpawnHandle<Result> {
    return this.#spawner.spawn(name, run, options)
  }

  /** Wraps a function that somebody else schedules: same events, numbers, spans and health; nothing about the call changes. */
  instrument<Fn extends (...args: never[]) => unknown>(options: InstrumentOptions, fn: Fn): Fn {
    return this.#options.isDisabled ? fn : this.#instruments.instrument(options, fn)
  }

  /**
   * Arms every task. Idempotent.
   * @throws {@link UnknownTaskError} when a `dependsOn` names nobody; {@link WrongStateError} after `stop`.
   */
  async start(): Promise<void> {
    const { kernel, clock } = this.#kernelLoop
    if (kernel.phase === 'started') return
    if (kernel.phase !== 'new')
      throw new WrongStateError('A supervisor that was stopped is spent: make a new one')
    const tasks = [...kernel.tasks.values()]
    if (tasks.some(({ config }) => config.dependsOn.length > 0)) {
      refuseUnknown(tasks.map(({ name, config: { priority, dependsOn } }) => ({ name, priority, dependsOn })))
    }
    for (const line of this.#options.unmatched([...kernel.tasks.keys()])) this.#warnings.add(line)
    this.#startedAt = clock.now()
    this.#unwatch = clock.watchStalls((stall) => this.#attribution.onStall(stall))
    this.#kernelLoop.batch(() => {
      this.#kernelLoop.dispatch({ type: 'start' })
    })
    this.#kernelLoop.batch(() => this.#monitor.start())
  }

  /** Stops everything in order. Always ends by its deadline; never rejects; idempotent. After it the supervisor is spent. */
  stop(options: StopOptions = {}): Promise<ShutdownReport> {
    return this.#stopper.stop(resolveStop(options, this.#options.stopDeadlineMs))
  }

  #stopForRun(options: StopOptions = {}): void {
    void this.#stopper.stop(resolveStop(options, this.#options.stopDeadlineMs), true)
  }

  /**
   * Shortens a stop in progress: it ends within this time, as after a second signal. Without a stop it does nothing.
   *
   * @throws {@link InvalidOptionError} unless `within` is a duration.
   */
  hurry(within: Duration): void {
    const ms = toMs('hurry', within)
    this.#stopper.hurry(ms)
    if (this.#stopper.isStopping) this.#watchdog?.arm(ms)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop().then(() => undefined)
  }

  task(name: string): Task | undefined {
    const record = this.#kernelLoop.records.get(name)
    return record && this.#handleOf(record)
  }

  *tasks(): Generator<Task> {
    for (const record of this.#kernelLoop.records.values()) yield this.#handleOf(record)
  }

  get startedAt(): number | undefined {
    return this.#startedAt
  }

  /** Wall time, by the clock of this supervisor. */
  now(): number {
    return this.#kernelLoop.clock.now()
  }

  /** False only while a task has escalated, or when the monitor is dead. */
  live(): { readonly ok: boolean; readonly reasons: readonly string[] } {
    return this.#readiness.live()
  }

  /** True once every gate has opened, and until the stop begins. */
  ready(): { readonly ok: boolean; readonly reasons: readonly string[] } {
    return this.#readiness.ready()
  }

  report(): SupervisorReport {
    const sources = {
      name: this.name,
      instanceId: this.instanceId,
      at: this.now(),
      startedAt: this.#startedAt,
      phase: this.#kernelLoop.kernel.phase,
      taskCounts: this.#taskCounts,
      live: this.live(),
      ready: this.ready(),
      observers: this.#kernelLoop.observers.faults(),
      environment: this.#options.environment,
      shutdown: this.#stopper.report,
    }
    return buildReport(sources, this.tasks())
  }

  /**
   * A task in words and numbers: its next slots, how soon it would be given up, its rules and what trips them, and what
   * about it is probably not meant. For people; nothing is kept or changed.
   * @throws {@link UnknownTaskError} when no task has that name.
   */
  explain(name: string): Explanation {
    const record = this.#kernelLoop.records.get(name)
    if (!record) throw new UnknownTaskError(name, '`name`')
    const { environment, isDisabled, isTaskDisabled } = this.#options
    const said = { variables: environment, isObserved: !isDisabled, isTaskDisabled: isTaskDisabled(name) }
    return explainTask(record, this.#kernelLoop.now(), said)
  }

  /**
   * Attaches an observer; under `RUNWELL_DISABLED` nobody is told. Returns the call that detaches it.
   * @throws {@link InvalidOptionError} for what is no observer.
   */
  observe(observer: Observer): () => void {
    checkObserver('observer', observer)
    if (this.#options.isDisabled) return () => {}
    this.#detachConsole?.()
    this.#detachConsole = undefined
    return this.#kernelLoop.observers.attach(observer, this)
  }

  /**
   * Attaches an observer that only listens for its own sake: failures still go to the console when nobody else is told.
   * @returns the call that detaches it.
   * @throws {@link InvalidOptionError} for what is no observer.
   */
  watch(observer: Observer): () => void {
    checkObserver('observer', observer)
    return this.#kernelLoop.observers.attach(observer, this)
  }

  #handleOf(record: TaskRecord): Task {
    record.handle ??= new TaskHandle(record, this.#control)
    return record.handle
  }

  #onFinished(record: TaskRecord): void {
    if (record.schedule.policy.unregistersWhenFinished) {
      this.#kernelLoop.dispatch({ type: 'unregister', task: record.info.name })
    }
  }

  #close(): void {
    this.#monitor.stop()
    this.#unwatch?.()
    this.#kernelLoop.close()
    this.#watchdog?.disarm()
  }
}
