import type { SupervisorParts } from './assemble.ts'
import { assemble } from './assemble.ts'
import { type Duration, toMs } from './base/duration.ts'
import { UnknownTaskError, WrongStateError } from './base/errors.ts'
import {
  aFunction,
  aText,
  check,
  checkOptions,
  type OptionTable,
  textUpTo,
  trueOrFalse,
} from './base/options.ts'
import type { EventOf } from './events/events.ts'
import { buildReport } from './facade/build-report.ts'
import type { Discovery } from './facade/discover.ts'
import { discover } from './facade/discover.ts'
import { explainTask } from './facade/explain.ts'
import type { Explanation } from './facade/explanation.ts'
import type { Owner } from './facade/owner.ts'
import { OwnerScope } from './facade/owner.ts'
import { disposeOwner } from './facade/owner-disposal.ts'
import { noteStarted, noteStopped } from './facade/running-names.ts'
import type { SpawnHandle, SpawnOptions } from './facade/spawn.ts'
import type { ResolvedSupervisor, SupervisorOptions } from './facade/supervisor-options.ts'
import { resolveSupervisor } from './facade/supervisor-options.ts'
import { TaskHandle } from './facade/task-handle.ts'
import type { HealthStatus } from './health/status.ts'
import { consoleObserver } from './observe/console-observer.ts'
import type { ObserveOptions, Observer } from './observe/observer.ts'
import { type ReadObserver, readObserver } from './observe/read-observer.ts'
import { stopEstimate } from './shell/stop-estimate.ts'
import type { TaskRecord } from './shell/task-record.ts'
import { refuseUnknown } from './shutdown/plan.ts'
import type { ShutdownReport, StopOptions } from './shutdown/report.ts'
import type { ExternalOptions, ExternalTask } from './task/external.ts'
import type { TaskOptions } from './task/options.ts'
import { resolveFleetTask } from './task/resolve-fleet.ts'
import { resolveTask } from './task/resolve-task.ts'
import type { RunContext } from './task/run-context.ts'
import type { Task } from './task/task.ts'
import type { SupervisorReport, SupervisorView } from './task/view.ts'

const anOwner = textUpTo(200)
const observeOptions: OptionTable<ObserveOptions> = { keepConsole: trueOrFalse }

/**
 * Supervises the background work of a service. It runs tasks when they are due, restarts loops, judges the health of
 * tasks, and stops them in the order of their priorities.
 */
export class Supervisor implements SupervisorView {
  readonly name: string
  readonly instanceId: string
  readonly #options: ResolvedSupervisor
  readonly #parts: SupervisorParts
  #startedAt: number | undefined
  #detachConsole: (() => void) | undefined

  /** @throws {@link InvalidOptionError} */
  constructor(options: SupervisorOptions = {}) {
    const resolved = resolveSupervisor(options)
    const parts = assemble(resolved)
    this.#options = resolved
    this.#parts = parts
    this.name = resolved.name
    this.instanceId = parts.instanceId
    if (parts.watchdog) this.observe(parts.watchdog, { keepConsole: true })
    const { observers, keepsConsole } = resolved
    if (observers === undefined || keepsConsole) {
      const known = readObserver('observer', consoleObserver(parts.warnings))
      const detach = parts.kernelLoop.observers.attach(known, this)
      if (!keepsConsole) this.#detachConsole = detach
    }
    for (const known of observers ?? []) this.#attach(known, false)
  }

  /**
   * Registers a task. If the supervisor has already started, the schedule of the task applies immediately. If this
   * method throws, nothing is changed.
   * @throws {@link InvalidOptionError}, {@link DuplicateTaskError}, {@link WrongStateError}. After the start also
   * {@link UnknownTaskError}, if `dependsOn` names an unknown task.
   */
  register<Input = unknown>(options: TaskOptions<Input>): Task<Input> {
    const task = resolveTask(options as TaskOptions)
    const { fleet } = this.#options
    const record = this.#parts.registry.add(fleet ? resolveFleetTask(task, fleet.name) : task)
    this.#parts.startReminder.arm()
    return this.#handleOf(record) as Task<Input>
  }

  /**
   * Returns an object with which one module registers and spawns its tasks. `dispose()` of this object removes all
   * tasks of this owner.
   * @throws {@link InvalidOptionError} unless `name` is a text of 1 to 200 characters
   */
  owner(name: string): Owner {
    const { kernelLoop, registry, spawner, control } = this.#parts
    check('owner', name, anOwner)
    return new OwnerScope(name, this, () => disposeOwner(name, kernelLoop, registry, spawner, control))
  }

  /**
   * Registers the tasks of one or more providers. A provider has a method `getTasks()`, or methods marked by `@task`.
   * If a task can't be registered, its error is in `failed` of the result, and the other tasks are registered.
   *
   * @param owners - an object or a Map: its keys are the names of the owners, its values are the providers. For one
   * provider, or an array of providers, the class name is the name of the owner (`'app'` without a class name).
   * An entry without tasks is ignored.
   * @throws {@link InvalidOptionError} if `owners` is neither a provider nor an array, object or Map of providers
   */
  discover(owners: object): Discovery {
    return discover(owners, (options) => this.register(options), this.#parts.warnings)
  }

  /**
   * Calls the function `run` once, even before `start()`. With the option `retry`, it is called again after a
   * failure. The call is a run: the supervisor measures it, reports how it ended, and aborts it at a stop. If the run
   * is refused, for example because the supervisor is stopping, the function is not called.
   *
   * All runs with the same name belong to one task. After 200 names, runs of further names belong to the task `other`
   * (or to `spawned/other`, if a task `other` is registered).
   * @throws {@link InvalidOptionError}; {@link DuplicateTaskError} if a task with this name was registered in another
   * way
   */
  spawn<Result>(
    name: string,
    run: (context: RunContext) => Result | Promise<Result>,
    options: SpawnOptions = {},
  ): SpawnHandle<Result> {
    return this.#parts.spawner.spawn(name, run, options)
  }

  /**
   * Registers a task that other code runs, such as a library for cron jobs or queues. The supervisor measures the
   * runs. With the option `expects`, it also reports missing runs. With the option `control.stop`, a stop of the
   * supervisor also stops the other code. If this method throws, nothing is changed.
   * @throws {@link InvalidOptionError}, {@link DuplicateTaskError}, {@link WrongStateError}. After the start also
   * {@link UnknownTaskError}, if `dependsOn` names an unknown task.
   */
  external<Input = unknown>(options: ExternalOptions): ExternalTask<Input> {
    const handle = this.#parts.externals.add('external', options)
    const { hasSlots, restarts } = handle.info.schedule
    if (hasSlots || restarts) this.#parts.startReminder.arm()
    return handle as ExternalTask as ExternalTask<Input>
  }

  /**
   * Wraps a function that other code calls: short for `external(options).wrap(fn)`. Each call of the wrapper is a
   * run. A second call with the same function and the same name returns the same wrapper. If `RUNWELL_DISABLED` is
   * set, this method returns `fn` itself and registers no task.
   * @throws what `external()` throws
   */
  instrument<Fn extends (...args: never[]) => unknown>(options: ExternalOptions, fn: Fn): Fn {
    check('fn', fn, aFunction)
    return this.#options.isDisabled ? fn : this.#parts.externals.instrument(options, fn)
  }

  /**
   * Starts the supervisor. After this call, all tasks run as their schedules say. If the supervisor has already
   * started, nothing happens.
   * @throws {@link UnknownTaskError} if `dependsOn` names an unknown task; {@link WrongStateError} after `stop()`.
   */
  async start(): Promise<void> {
    const { kernelLoop, warnings, attribution, monitor, stopper } = this.#parts
    const { kernel, clock } = kernelLoop
    this.#parts.startReminder.cancel()
    if (kernel.phase === 'started') return
    if (kernel.phase !== 'new')
      throw new WrongStateError('A stopped supervisor cannot start again; create a new one')
    for (const { name, config } of kernel.tasks.values()) {
      refuseUnknown([{ name, dependsOn: config.dependsOn }], kernelLoop.records)
    }
    const sameName = noteStarted(this.name, this.instanceId)
    if (sameName !== undefined) warnings.add(sameName)
    stopper.onStopped(() => noteStopped(this.name, this.instanceId))
    for (const line of this.#options.unmatched([...kernel.tasks.keys()])) warnings.add(line)
    this.#startedAt = clock.now()
    attribution.start()
    this.#parts.fleet?.join()
    kernelLoop.batch(() => kernelLoop.dispatch({ type: 'start' }))
    kernelLoop.batch(() => monitor.start())
  }

  /**
   * Stops all tasks in the order of their priorities. The promise resolves by the deadline and never rejects. A
   * stopped supervisor can't start again. If `stop()` is called several times, only the options of the first call are
   * used.
   *
   * The stop waits for active runs. So if a run calls this method, the promise may resolve before the stop has ended.
   * @throws {@link InvalidOptionError} for an invalid option
   */
  stop(options: StopOptions = {}): Promise<ShutdownReport> {
    this.#parts.startReminder.cancel()
    return this.#parts.stopper.stop(options)
  }

  /**
   * Returns the priority classes in the order in which a stop would stop them now, with their tasks. Stops nothing.
   *
   * `aboutMs`: how long the class would probably take. A run that has read its signal, or that waits in `sleep()` or
   * `each()`, is expected to end immediately. The end of any other run is estimated from earlier runs.
   *
   * `leavesBehind`: the tasks of the class with runs that would probably not end in time. These include tasks with an
   * abandoned run. They also include tasks with a run whose end can't be estimated, because its usual duration is
   * unknown or already exceeded.
   */
  stopPlan(): readonly (EventOf<'shutdown.started'>['plan'][number] & {
    readonly aboutMs: number
    readonly leavesBehind: readonly string[]
  })[] {
    return stopEstimate(this.#parts.kernelLoop, this.#parts.stopper.defaultDeadlineMs)
  }

  /**
   * Makes a stop in progress end within this time. Can't make it last longer. `handleSignals()` calls this method
   * with 1 s after a second SIGINT. Without a stop in progress, this method does nothing.
   * @throws {@link InvalidOptionError} unless `within` is a duration.
   */
  hurry(within: Duration): void {
    const ms = toMs('hurry', within)
    this.#parts.stopper.hurry(ms)
    if (this.#parts.stopper.isStopping) this.#parts.watchdog?.arm(ms)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop().then(() => undefined)
  }

  task(name: string): Task | undefined {
    const record = this.#parts.kernelLoop.records.get(name)
    return record && this.#handleOf(record)
  }

  *tasks(): Generator<Task> {
    for (const record of this.#parts.kernelLoop.records.values()) yield this.#handleOf(record)
  }

  get startedAt(): number | undefined {
    return this.#startedAt
  }

  /** Returns the wall time in milliseconds since 1970, from the clock of this supervisor. */
  now(): number {
    return this.#parts.kernelLoop.clock.now()
  }

  health(): HealthStatus {
    return this.#parts.taskCounts.health()
  }

  /**
   * `ok` is false in two cases only:
   *
   * - A task with `exhausted: 'escalate'` has used up its restart budget. A task with `liveness: false` does not
   * count.
   * - The timer of the `monitor.ticked` events has stopped.
   */
  live(): { readonly ok: boolean; readonly reasons: readonly string[] } {
    return this.#parts.probes.live()
  }

  /**
   * `ok` is true if the supervisor has started and is not stopping. A fleet with `gatesReadiness` must also be
   * reachable.
   *
   * Until `ok` is true for the first time, all tasks whose option `readiness` is true must be ready, too. Tasks that
   * are paused or on standby do not count.
   */
  ready(): { readonly ok: boolean; readonly reasons: readonly string[] } {
    return this.#parts.probes.ready()
  }

  report(): SupervisorReport {
    const sources = {
      name: this.name,
      instanceId: this.instanceId,
      at: this.now(),
      startedAt: this.#startedAt,
      phase: this.#parts.kernelLoop.kernel.phase,
      taskCounts: this.#parts.taskCounts,
      live: this.live(),
      ready: this.ready(),
      observers: this.#parts.kernelLoop.observers.faults(),
      environment: this.#options.environment,
      shutdown: this.#parts.stopper.report,
    }
    return buildReport(sources, this.tasks())
  }

  /**
   * Explains a task in words and numbers: its next slots, its restart budget, its health rules, and probable mistakes
   * in its options.
   * @throws {@link UnknownTaskError} if no task has this name
   */
  explain(name: string): Explanation {
    check('name', name, aText)
    this.#parts.kernelLoop.lookAtClock()
    const record = this.#parts.kernelLoop.records.get(name)
    if (!record) throw new UnknownTaskError(name, '`name`', [...this.#parts.kernelLoop.records.keys()])
    const { environment, isDisabled, isTaskDisabled } = this.#options
    const said = { variables: environment, isObserved: !isDisabled, isTaskDisabled: isTaskDisabled(name) }
    const { kernelLoop } = this.#parts
    const nextRunAt = this.#parts.control.nextRunAt(record)
    return explainTask(
      record,
      kernelLoop.now(),
      kernelLoop.kernel.phase,
      nextRunAt,
      said,
      this.#parts.control.fleetView(record),
    )
  }

  /**
   * Attaches an observer. The default output to the console then stops, except with `keepConsole: true`. If
   * `RUNWELL_DISABLED` is set, the observer is attached only with `keepConsole: true`.
   * @returns a function that detaches the observer.
   * @throws {@link InvalidOptionError} if `observer` has no name, or none of the methods of an observer, or is already
   * attached to this supervisor.
   */
  observe(observer: Observer, options: ObserveOptions = {}): () => void {
    const known = readObserver('observer', observer)
    checkOptions('observe', options, observeOptions, '')
    return this.#attach(known, options.keepConsole === true)
  }

  #attach(known: ReadObserver, keepsConsole: boolean): () => void {
    if (!keepsConsole && this.#options.isDisabled) return () => {}
    const detach = this.#parts.kernelLoop.observers.attach(known, this)
    if (keepsConsole) return detach
    this.#detachConsole?.()
    this.#detachConsole = undefined
    return detach
  }

  #handleOf(record: TaskRecord): Task {
    record.handle ??= new TaskHandle(record, this.#parts.control)
    return record.handle
  }
}
