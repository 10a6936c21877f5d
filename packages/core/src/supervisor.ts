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
 * Supervises the background work of a service: runs tasks when they are due, restarts them within their
 * budgets, judges their health, and stops them in order.
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
   * Registers a task. A started supervisor arms it immediately.
   * @throws {@link InvalidOptionError}, {@link DuplicateTaskError}, {@link WrongStateError}, and after the
   * start {@link UnknownTaskError} for an unknown dependency. Nothing is changed then.
   */
  register<Input = unknown>(options: TaskOptions<Input>): Task<Input> {
    const task = resolveTask(options as TaskOptions)
    const { fleet } = this.#options
    const record = this.#parts.registry.add(fleet ? resolveFleetTask(task, fleet.name) : task)
    this.#parts.startReminder.arm()
    return this.#handleOf(record) as Task<Input>
  }

  /**
   * Returns an object through which one module registers and spawns. Its `dispose()` removes all of this
   * together.
   */
  owner(name: string): Owner {
    const { kernelLoop, registry, spawner, control } = this.#parts
    check('owner', name, anOwner)
    return new OwnerScope(name, this, () => disposeOwner(name, kernelLoop, registry, spawner, control))
  }

  /**
   * Registers the tasks of owners. A task that can't be registered is reported; the others are registered.
   *
   * @param owners - an object or a Map from the names of owners to providers with `getTasks()` or methods
   * marked by `@task`. Or one provider, or a list of them: the names of their classes are the owners.
   * @throws {@link InvalidOptionError} for anything else
   */
  discover(owners: object): Discovery {
    return discover(owners, (options) => this.register(options), this.#parts.warnings)
  }

  /**
   * Calls `run` once as a run: counted, traced, stopped at shutdown. Runs of the same name belong to one
   * task.
   */
  spawn<Result>(
    name: string,
    run: (context: RunContext) => Result | Promise<Result>,
    options: SpawnOptions = {},
  ): SpawnHandle<Result> {
    return this.#parts.spawner.spawn(name, run, options)
  }

  /**
   * Registers a task that other code runs, such as a library for cron jobs or queues. The supervisor tracks
   * its runs, reports missing runs, and stops the other code in order.
   * @throws {@link InvalidOptionError}, {@link DuplicateTaskError}, {@link WrongStateError}. Nothing is
   * changed then.
   */
  external<Input = unknown>(options: ExternalOptions): ExternalTask<Input> {
    const handle = this.#parts.externals.add('external', options)
    const { hasSlots, restarts } = handle.info.schedule
    if (hasSlots || restarts) this.#parts.startReminder.arm()
    return handle as ExternalTask as ExternalTask<Input>
  }

  /**
   * Wraps a function that other code calls: short for `external(options).wrap(fn)`. Each call is a run. The
   * same function and name again return the same wrapper.
   */
  instrument<Fn extends (...args: never[]) => unknown>(options: ExternalOptions, fn: Fn): Fn {
    check('fn', fn, aFunction)
    return this.#options.isDisabled ? fn : this.#parts.externals.instrument(options, fn)
  }

  /**
   * Arms every task. A second call does nothing.
   * @throws {@link UnknownTaskError} when a `dependsOn` names no task; {@link WrongStateError} after `stop`.
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
   * Stops all tasks in order. Resolves by its deadline and never rejects. Idempotent. Afterwards `start()`
   * rejects.
   */
  stop(options: StopOptions = {}): Promise<ShutdownReport> {
    this.#parts.startReminder.cancel()
    return this.#parts.stopper.stop(options)
  }

  /**
   * Returns the tasks by class, in the order in which a stop would stop them now. Stops nothing.
   *
   * `aboutMs`: estimated time for the class, from earlier runs. `leavesBehind`: tasks whose runs would still
   * be active then, or are abandoned.
   */
  stopPlan(): readonly (EventOf<'shutdown.started'>['plan'][number] & {
    readonly aboutMs: number
    readonly leavesBehind: readonly string[]
  })[] {
    return stopEstimate(this.#parts.kernelLoop, this.#parts.stopper.defaultDeadlineMs)
  }

  /**
   * Ends a stop in progress within this time, as a second SIGINT does. Otherwise does nothing.
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

  /** Wall time, by the clock of this supervisor. */
  now(): number {
    return this.#parts.kernelLoop.clock.now()
  }

  health(): HealthStatus {
    return this.#parts.taskCounts.health()
  }

  /**
   * `ok` is false only if a task that escalates is given up, or if the timer behind `monitor.ticked` has
   * stopped.
   */
  live(): { readonly ok: boolean; readonly reasons: readonly string[] } {
    return this.#parts.probes.live()
  }

  /**
   * `ok`: started, not stopping, and no fleet that gates readiness is down. Until the first `ok`, also waits
   * for tasks that gate readiness, unless they are paused or on standby.
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
   * Explains a task in words and numbers: its next slots, how soon it would be given up, its rules, and
   * lints. Checks the clock for a jump, and otherwise changes nothing.
   * @throws {@link UnknownTaskError} when no task has that name.
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
   * Attaches an observer. Detaches the default console unless `keepConsole` is set. Under `RUNWELL_DISABLED`,
   * does nothing unless `keepConsole` is set.
   * @returns a function that detaches the observer.
   * @throws {@link InvalidOptionError} if `observer` has no name, or none of the methods of an observer.
   */
  observe(observer: Observer, options: ObserveOptions = {}): () => void {
    const known = readObserver('observer', observer)
    checkOptions('observe', options, observeOptions, '')
    return this.#attach(known, options.keepConsole === true)
  }

  #attach(known: ReadObserver, keepsConsole: boolean): () => void {
    if (!keepsConsole) {
      if (this.#options.isDisabled) return () => {}
      this.#detachConsole?.()
      this.#detachConsole = undefined
    }
    return this.#parts.kernelLoop.observers.attach(known, this)
  }

  #handleOf(record: TaskRecord): Task {
    record.handle ??= new TaskHandle(record, this.#parts.control)
    return record.handle
  }
}
