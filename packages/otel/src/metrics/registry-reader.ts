import type { Attributes } from '@opentelemetry/api'
import type { RunResult, RunScope, SupervisorEvent, SupervisorView, TaskView } from '@runwell/core'
import { attr } from '../base/attribute-keys.ts'
import type { Warn } from '../options/observer-options.ts'
import { CategoryTotals } from './category-totals.ts'
import { ErrorTypes } from './error-types.ts'
import { readTask, readUnregistered } from './read-task.ts'
import { Series, type Sink } from './series.ts'
import { SupervisorPoints } from './supervisor-points.ts'

interface TaskSeries {
  readonly task: TaskView
  readonly series: Series
  readonly errors: ErrorTypes
}

/** A task has one series of `runwell.task.runs` for each of the five results. */
const seriesPerTask = 5

/** Above this part of the cardinality limit, the series of the tasks that were unregistered first are dropped. */
const usedRatio = 0.75

/** After this many tasks, which take about 5 ms, a collection lets the event loop run. */
const tasksPerTurn = 100

export interface ReaderOptions {
  readonly maxTasks: number
  readonly cardinalityLimit: number
  readonly warn: Warn
}

interface SeriesMemory {
  canForget(): boolean
  /**
   * Drops the series for which `isGone` returns true, if every reader has exported them.
   *
   * @returns `false` if some of these series are left
   */
  forget(isGone: (attributes: Attributes) => boolean): boolean
}

export class RegistryReader {
  readonly #view: SupervisorView
  readonly #options: ReaderOptions
  readonly #base: Readonly<Record<string, string>>
  readonly #points: SupervisorPoints
  readonly #totals: CategoryTotals
  readonly #known = new Map<string, TaskSeries>()
  readonly #unregisteredTasks: TaskSeries[] = []
  readonly #memory: SeriesMemory
  /** Unregistered tasks whose series the SDK still keeps, the oldest first. */
  readonly #gone = new Set<string>()
  #isOverLimit: boolean = false
  #hasWarned: boolean = false

  constructor(view: SupervisorView, options: ReaderOptions, memory: SeriesMemory) {
    this.#view = view
    this.#options = options
    this.#memory = memory
    this.#base = view.name === 'default' ? {} : { [attr.supervisorName]: view.name }
    this.#points = new SupervisorPoints(view, this.#base)
    this.#totals = new CategoryTotals(this.#base)
  }

  /** True once a collection has found more than `maxTasks` tasks; never becomes false again. */
  get isOverLimit(): boolean {
    return this.#isOverLimit
  }

  get base(): Readonly<Record<string, string>> {
    return this.#base
  }

  isOwn(attributes: Attributes): boolean {
    return attributes[attr.supervisorName] === this.#base[attr.supervisorName]
  }

  onEvent(event: SupervisorEvent): void {
    if (event.type === 'task.registered') {
      this.#registered(event.task)
      if (event.info.fleet !== undefined) this.#points.hasFleet()
    } else if (event.type === 'fleet.down' || event.type === 'fleet.up') {
      this.#points.fleetIs(event.type === 'fleet.up')
    } else if (event.type === 'task.unregistered') this.#unregistered(event.task)
    else if (event.type === 'monitor.ticked') this.#points.ticked()
    else if (event.type === 'shutdown.started') this.#points.stopping()
    else if (event.type === 'shutdown.ended') this.#points.stopped(event)
  }

  runStarted({ task, attempt, unit }: RunScope): void {
    if (task.fleet !== undefined && attempt > 1 && unit === undefined) this.#points.tookOver()
  }

  runEnded({ task, unit }: RunScope, { abortedFor }: RunResult): void {
    if (task.fleet !== undefined && abortedFor === 'lease-lost' && unit === undefined)
      this.#points.lostLease()
  }

  read(into: Sink): void | Promise<void> {
    const sink = { observe: into.observe, isLast: this.#points.hasStopped }
    const tasks = [...this.#view.tasks()]
    this.#forgetOldest(tasks.length)
    this.#checkLimits(tasks.length)
    this.#points.read(sink)
    // Totals come first, because the series of tasks may use up the cardinality limit of the metric reader.
    if (this.#isOverLimit) this.#totals.read(tasks, sink)
    else if (this.#hasWarned) this.#totals.reserve(tasks, sink)
    for (const { task, series, errors } of this.#unregisteredTasks.splice(0)) {
      guarded(() => readUnregistered(task, series, errors, sink))
      if (!this.#known.has(task.name)) this.#gone.add(task.name)
    }
    if (this.#isOverLimit) return
    const known = tasks.map((task) => this.#knownOf(task))
    if (known.length > tasksPerTurn) return this.#readInTurns(known, sink)
    for (const each of known) this.#readOne(each, sink)
  }

  async #readInTurns(known: readonly TaskSeries[], sink: Sink): Promise<void> {
    for (let at = 0; at < known.length; at += tasksPerTurn) {
      if (at > 0) await new Promise((resolve) => setImmediate(resolve))
      for (const each of known.slice(at, at + tasksPerTurn)) this.#readOne(each, sink)
    }
  }

  #readOne(known: TaskSeries, sink: Sink): void {
    const { task, series, errors } = known
    // If the task was unregistered during this collection, the next collection emits its totals.
    if (this.#known.get(task.name) !== known) return
    guarded(() => readTask(task, series, errors, sink))
  }

  #knownOf(task: TaskView): TaskSeries {
    const known = this.#known.get(task.name)
    if (known?.task === task) return known
    // If the event `task.unregistered` was missed, for example while the observer was detached, a new task of the
    // same name continues the series.
    const made = known ?? { series: this.#seriesOf(task), errors: new ErrorTypes() }
    const now = { task, series: made.series, errors: made.errors }
    this.#known.set(task.name, now)
    return now
  }

  #seriesOf(task: TaskView): Series {
    return new Series({ ...this.#base, [attr.taskName]: task.name })
  }

  /** Adds the task now, so that its runs count even if it is unregistered before the next collection. */
  #registered(name: string): void {
    const task = this.#view.task(name)
    if (task !== undefined) this.#knownOf(task)
    this.#gone.delete(name)
  }

  #unregistered(name: string): void {
    const known = this.#known.get(name)
    this.#known.delete(name)
    if (known === undefined) return
    this.#totals.addUnregistered(known.task)
    if (!this.#isOverLimit) this.#unregisteredTasks.push(known)
  }

  #forgetOldest(tasks: number): void {
    const room = Math.floor(((this.#options.cardinalityLimit - 1) * usedRatio) / seriesPerTask)
    const excess = tasks + this.#gone.size - room
    if (excess <= 0 || this.#gone.size === 0 || !this.#memory.canForget()) return
    const oldest = new Set([...this.#gone].slice(0, excess))
    const haveGone = this.#memory.forget(
      (attributes) => this.isOwn(attributes) && oldest.has(String(attributes[attr.taskName])),
    )
    if (haveGone) for (const name of oldest) this.#gone.delete(name)
  }

  #checkLimits(tasks: number): void {
    const { maxTasks, cardinalityLimit, warn } = this.#options
    const unregistered = this.#gone.size + this.#unregisteredTasks.length
    const needed = (tasks + unregistered) * seriesPerTask
    if (!this.#isOverLimit && tasks > maxTasks) {
      this.#isOverLimit = true
      for (const known of this.#known.values())
        if (known.series.hasPoints) this.#unregisteredTasks.push(known)
      warn(
        `Runwell: ${tasks} tasks exceed the limit of ${maxTasks} for metrics per task, so metrics have only totals by ` +
          'category from now on. To keep metrics per task, raise `maxTasks` of otelObserver and the cardinality limit ' +
          'of your metric reader.',
      )
    } else if (!this.#isOverLimit && !this.#hasWarned && needed > cardinalityLimit - 1) {
      this.#hasWarned = true
      // Minus 1, because the reader needs one series for the overflow.
      warn(
        `Runwell: ${tasks} tasks${unregistered > 0 ? ` and ${unregistered} that were unregistered` : ''} need ${needed} ` +
          'series of runwell.task.runs, but a metric reader with a ' +
          `cardinality limit of ${cardinalityLimit} keeps ${cardinalityLimit - 1} and merges the rest into ` +
          'otel.metric.overflow. Raise `cardinalityLimits` of the reader, and set `cardinalityLimit` of ' +
          'otelObserver to the same value.',
      )
    }
  }
}

function guarded(read: () => void): void {
  try {
    read()
  } catch {
    // An error of one task must not affect other tasks.
  }
}
