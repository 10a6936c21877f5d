import type { SupervisorEvent, SupervisorView, TaskView } from '@runwell/core'
import { attr } from '../base/attribute-keys.ts'
import type { Warn } from '../options/observer-options.ts'
import { CategoryTotals } from './category-totals.ts'
import { ErrorTypes } from './error-types.ts'
import { readDeparted, readTask } from './read-task.ts'
import { Series, type Sink } from './series.ts'
import { SupervisorPoints } from './supervisor-points.ts'

interface Known {
  readonly task: TaskView
  readonly series: Series
  readonly errors: ErrorTypes
}

/** How many series per task the metric with the most of them has: one of `runwell.task.runs` for each result. */
const seriesPerTask = 5

/** So many tasks are read without a break: some 5 ms of work. */
const tasksPerTurn = 100

export interface ReaderOptions {
  readonly maxTasks: number
  readonly cardinalityLimit: number
  readonly warn: Warn
}

/** Reads one supervisor, as often as somebody collects. */
export class RegistryReader {
  readonly #view: SupervisorView
  readonly #options: ReaderOptions
  readonly #base: Readonly<Record<string, string>>
  readonly #points: SupervisorPoints
  readonly #totals: CategoryTotals
  readonly #known = new Map<string, Known>()
  readonly #departed: Known[] = []
  #isCrowded: boolean = false
  #isTold: boolean = false

  constructor(view: SupervisorView, options: ReaderOptions) {
    this.#view = view
    this.#options = options
    this.#base = view.name === 'default' ? {} : { [attr.supervisorName]: view.name }
    this.#points = new SupervisorPoints(view, this.#base)
    this.#totals = new CategoryTotals(this.#base)
  }

  /** Whether tasks have no series of their own, since there are too many of them. Once so, it stays so. */
  get isCrowded(): boolean {
    return this.#isCrowded
  }

  get base(): Readonly<Record<string, string>> {
    return this.#base
  }

  onEvent(event: SupervisorEvent): void {
    if (event.type === 'task.registered') this.#registered(event.task)
    else if (event.type === 'task.unregistered') this.#unregistered(event.task)
    else if (event.type === 'monitor.ticked') this.#points.ticked(event)
    else if (event.type === 'shutdown.started') this.#points.stopping()
    else if (event.type === 'shutdown.ended') this.#points.stopped(event)
  }

  /** Tells all points. Of many tasks it lets the event loop go on in between, and then gives a promise. */
  read(into: Sink): void | Promise<void> {
    const sink = { observe: into.observe, isLast: this.#points.hasStopped }
    const tasks = [...this.#view.tasks()]
    this.#judgeSize(tasks.length)
    this.#points.read(sink)
    for (const { task, series, errors } of this.#departed.splice(0)) {
      guarded(() => readDeparted(task, series, errors, sink))
    }
    if (this.#isCrowded) return this.#totals.read(tasks, sink)
    const known = tasks.map((task) => this.#knownOf(task))
    if (known.length > tasksPerTurn) return this.#readInTurns(known, sink)
    for (const each of known) this.#readOne(each, sink)
  }

  async #readInTurns(known: readonly Known[], sink: Sink): Promise<void> {
    for (let at = 0; at < known.length; at += tasksPerTurn) {
      if (at > 0) await new Promise((resolve) => setImmediate(resolve))
      for (const each of known.slice(at, at + tasksPerTurn)) this.#readOne(each, sink)
    }
  }

  #readOne(known: Known, sink: Sink): void {
    const { task, series, errors } = known
    // It may have left meanwhile, and is told at the next collect as one that is gone.
    if (this.#known.get(task.name) !== known) return
    guarded(() => readTask(task, series, errors, sink))
  }

  #knownOf(task: TaskView): Known {
    const known = this.#known.get(task.name)
    if (known?.task === task) return known
    // The same name, registered anew before the old one was told of: its series go on.
    const made = known ?? { series: this.#seriesOf(task), errors: new ErrorTypes() }
    const now = { task, series: made.series, errors: made.errors }
    this.#known.set(task.name, now)
    return now
  }

  #seriesOf(task: TaskView): Series {
    return new Series({ ...this.#base, [attr.taskName]: task.name })
  }

  /** Known from its first moment, so that a task which leaves before anybody collects is counted all the same. */
  #registered(name: string): void {
    const task = this.#view.task(name)
    if (task !== undefined) this.#knownOf(task)
  }

  #unregistered(name: string): void {
    const known = this.#known.get(name)
    this.#known.delete(name)
    if (known === undefined) return
    this.#totals.keep(known.task)
    if (!this.#isCrowded) this.#departed.push(known)
  }

  #judgeSize(tasks: number): void {
    const { maxTasks, cardinalityLimit, warn } = this.#options
    if (!this.#isCrowded && tasks > maxTasks) {
      this.#isCrowded = true
      this.#departed.push(...this.#known.values())
      warn(
        `Runwell: ${tasks} tasks are more than the ${maxTasks} that have metrics of their own; from now on there are ` +
          'totals by category only. To have them all, pass `maxTasks` to otelObserver and raise the cardinality ' +
          'limit of your metric reader.',
      )
    } else if (!this.#isCrowded && !this.#isTold && tasks * seriesPerTask > cardinalityLimit - 1) {
      this.#isTold = true
      // The last of the series that a reader keeps is the one that takes the rest.
      warn(
        `Runwell: ${tasks} tasks need ${tasks * seriesPerTask} series of runwell.task.runs, and a metric reader with a ` +
          `limit of ${cardinalityLimit} keeps ${cardinalityLimit - 1}: the rest falls into one series named ` +
          'otel.metric.overflow. Set `cardinalityLimits` of the reader higher, and tell otelObserver by ' +
          '`cardinalityLimit` that you did.',
      )
    }
  }
}

/** One task that can't be read leaves the others readable. */
function guarded(read: () => void): void {
  try {
    read()
  } catch {
    // A task whose numbers can't be had has none in this collect; the next one asks again.
  }
}
