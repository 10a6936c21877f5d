import { text } from './base/check.ts'
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
import { Complaints } from './observe/console-warnings.ts'
import type { Observer } from './observe/observer.ts'
import { Watchdog } from './process/watchdog.ts'
import { Blame } from './shell/blocking/attribution.ts'
import { Host } from './shell/context-calls.ts'
import { Shell } from './shell/effect-runner.ts'
import { HealthDesk } from './shell/health-judge.ts'
import { Engine } from './shell/kernel-loop.ts'
import { Monitor } from './shell/monitor.ts'
import { Runner } from './shell/runner.ts'
import { SlotDesk } from './shell/slot-feed.ts'
import { Planner } from './shell/slot-planner.ts'
import { resolveStop, Stopper } from './shell/stopper.ts'
import { Stock } from './shell/task-counts.ts'
import type { TaskEntry } from './shell/task-record.ts'
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
  readonly #engine: Engine
  readonly #complaints: Complaints
  readonly #stock = new Stock()
  readonly #planner: Planner
  readonly #registry: Registry
  readonly #control: TaskControl
  readonly #stopper: Stopper
  readonly #monitor: Monitor
  readonly #readiness: Readiness
  readonly #spawner: Spawner
  readonly #instruments: Instruments
  readonly #blame: Blame
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
    this.#complaints = new Complaints(() => clock.monotonic())
    const engine = new Engine(clock, seed, this.#complaints, () => shell)
    this.#engine = engine
    this.#planner = new Planner(seed)
    this.#registry = new Registry(engine, this.#stock, resolved.isTaskDisabled)
    this.#stopper = new Stopper(engine, this.#complaints, () => this.#close())
    this.#blame = new Blame(engine)
    const desk = new HealthDesk(engine)
    const slots = new SlotDesk(engine, this.#planner, this.#complaints)
    const host = new Host(engine, (stopOptions) => this.#stopForRun(stopOptions))
    const runner = new Runner(engine, this.#planner, host, this.#blame, this.instanceId)
    this.#control = new TaskControl(engine, this.#planner, (entry) => slots.isStandby(entry))
    this.#readiness = new Readiness(engine, this.#stopper, () => this.#monitor)
    this.#monitor = new Monitor(engine, this.#stock, resolved.monitorMs, () => ({
      live: this.live().ok,
      ready: this.ready().ok,
    }))
    const shell: Shell = new Shell(engine, {
      runner,
      desk,
      planner: this.#planner,
      slots,
      stock: this.#stock,
      monitor: this.#monitor,
      stopper: this.#stopper,
      blame: this.#blame,
      onFinished: (entry) => this.#onFinished(entry),
      onGone: (entry) => {
        this.#blame.forget(entry)
        this.#registry.remove(entry)
      },
    })
    this.#spawner = new Spawner(engine, this.#registry, (name) =>
      this.#complaints.add(
        `Spawned work '${name}' is counted as 'other': there are 200 names already`,
        undefined,
        'spawn names',
      ),
    )
    this.#instruments = new Instruments(engine, this.#registry, this.#blame)
    this.#watchdog = resolved.watchdog ? new Watchdog() : undefined
    if (this.#watchdog) this.watch(this.#watchdog)
    const { observers } = resolved
    if (observers === undefined) {
      this.#detachConsole = engine.observers.attach(consoleObserver(this.#complaints), this)
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
    return discover(owners, (options) => this.register(options), this.#complaints)
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
    const { kernel, clock } = this.#engine
    if (kernel.phase === 'started') return
    if (kernel.phase !== 'new')
      throw new WrongStateError('A supervisor that was stopped is spent: make a new one')
    const tasks = [...kernel.tasks.values()]
    if (tasks.some(({ config }) => config.dependsOn.length > 0)) {
      refuseUnknown(tasks.map(({ name, config: { priority, dependsOn } }) => ({ name, priority, dependsOn })))
    }
    for (const line of this.#options.unmatched([...kernel.tasks.keys()])) this.#complaints.add(line)
    this.#startedAt = clock.now()
    this.#unwatch = clock.watchStalls((stall) => this.#blame.onStall(stall))
    this.#engine.batch(() => {
      this.#engine.dispatch({ type: 'start' })
    })
    this.#engine.batch(() => this.#monitor.start())
  }

  /** Stops everything in order. Always ends by its deadline; never rejects; idempotent. After it the supervisor is spent. */
  stop(options: StopOptions = {}): Promise<ShutdownReport> {
    return this.#stopper.stop(resolveStop(options, this.#options.stopDeadlineMs))
  }

  #stopForRun(options: StopOptions = {}): void {
    void this.#stopper.stop(resolveStop(options, this.#options.stopDeadlineMs), true)
  }

  /** Ends what is left of a stop within `ms`: what a second signal means. Without a stop it does nothing. */
  hurry(ms: number): void {
    this.#stopper.hurry(ms)
    if (this.#stopper.isStopping) this.#watchdog?.arm(ms)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop().then(() => undefined)
  }

  task(name: string): Task | undefined {
    const entry = this.#engine.entries.get(name)
    return entry && this.#handleOf(entry)
  }

  *tasks(): Generator<Task> {
    for (const entry of this.#engine.entries.values()) yield this.#handleOf(entry)
  }

  get startedAt(): number | undefined {
    return this.#startedAt
  }

  /** Wall time, by the clock of this supervisor. */
  now(): number {
    return this.#engine.clock.now()
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
      phase: this.#engine.kernel.phase,
      stock: this.#stock,
      live: this.live(),
      ready: this.ready(),
      observers: this.#engine.observers.faults(),
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
    const entry = this.#engine.entries.get(name)
    if (!entry) throw new UnknownTaskError(name, '`name`')
    const { environment, isDisabled, isTaskDisabled } = this.#options
    const said = { variables: environment, isObserved: !isDisabled, isTaskDisabled: isTaskDisabled(name) }
    return explainTask(entry, this.#engine.now(), said)
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
    return this.#engine.observers.attach(observer, this)
  }

  /**
   * Attaches an observer that only listens for its own sake: failures still go to the console when nobody else is told.
   * @returns the call that detaches it.
   * @throws {@link InvalidOptionError} for what is no observer.
   */
  watch(observer: Observer): () => void {
    checkObserver('observer', observer)
    return this.#engine.observers.attach(observer, this)
  }

  #handleOf(entry: TaskEntry): Task {
    entry.handle ??= new TaskHandle(entry, this.#control)
    return entry.handle
  }

  #onFinished(entry: TaskEntry): void {
    if (entry.info.schedule.kind === 'once' && !entry.schedule.rules.keep) {
      this.#engine.dispatch({ type: 'unregister', task: entry.info.name })
    }
  }

  #close(): void {
    this.#monitor.stop()
    this.#unwatch?.()
    this.#engine.close()
    this.#watchdog?.disarm()
  }
}
