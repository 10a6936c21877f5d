import type { TaskView } from '@runwell/core'
import { outcomes, restartCauses } from '@runwell/core/adapter'
import { attr } from '../base/attribute-keys.ts'
import { resultOf } from '../base/results.ts'
import { Series, type Sink } from './series.ts'

interface Sums {
  readonly runs: Map<string, number>
  readonly restarts: Map<string, number>
  missed: number
  active: number
}

/** Emits totals by category. The totals include unregistered tasks, because a counter must not fall. */
export class CategoryTotals {
  readonly #unregistered = new Map<string, Sums>()
  readonly #series = new Map<string, Series>()
  readonly #base: Readonly<Record<string, string>>

  constructor(base: Readonly<Record<string, string>>) {
    this.#base = base
  }

  addUnregistered(task: TaskView): void {
    const sums = sumsOf(this.#unregistered, task.category)
    add(sums, task)
    sums.active = 0
  }

  read(tasks: Iterable<TaskView>, sink: Sink): void {
    const all = new Map<string, Sums>()
    for (const [category, sums] of this.#unregistered) {
      all.set(category, { ...sums, runs: new Map(sums.runs), restarts: new Map(sums.restarts) })
    }
    for (const task of tasks) add(sumsOf(all, task.category), task)
    for (const [category, sums] of all) emit(this.#seriesOf(category), sums, sink)
  }

  /**
   * Emits all totals as 0 while the metric reader still has room. Later, a full reader would merge new series into
   * its overflow series.
   */
  reserve(tasks: Iterable<TaskView>, sink: Sink): void {
    for (const category of new Set(Array.from(tasks, (task) => task.category))) {
      emit(this.#seriesOf(category), noSums, sink)
    }
  }

  #seriesOf(category: string): Series {
    const known = this.#series.get(category)
    if (known !== undefined) return known
    const made = new Series({ ...this.#base, [attr.taskCategory]: category })
    this.#series.set(category, made)
    return made
  }
}

const noSums: Sums = {
  runs: new Map(outcomes.map((outcome) => [resultOf[outcome], 0])),
  restarts: new Map(restartCauses.map((cause) => [cause, 0])),
  missed: 0,
  active: 0,
}

function sumsOf(all: Map<string, Sums>, category: string): Sums {
  const known = all.get(category)
  if (known !== undefined) return known
  const made = { runs: new Map(), restarts: new Map(), missed: 0, active: 0 }
  all.set(category, made)
  return made
}

function add(sums: Sums, task: TaskView): void {
  const metrics = task.metrics()
  for (const outcome of outcomes) count(sums.runs, resultOf[outcome], metrics.outcomes[outcome])
  for (const cause of restartCauses) count(sums.restarts, cause, metrics.restarts[cause])
  sums.missed += metrics.missed
  sums.active += task.active().length
}

function count(into: Map<string, number>, key: string, by: number): void {
  into.set(key, (into.get(key) ?? 0) + by)
}

function emit(series: Series, sums: Sums, sink: Sink): void {
  for (const [result, runs] of sums.runs)
    series.counter(sink, 'runwell.task.runs', runs, attr.runResult, result)
  for (const [cause, restarts] of sums.restarts) {
    series.counter(sink, 'runwell.task.restarts', restarts, attr.restartReason, cause)
  }
  series.counter(sink, 'runwell.task.schedule.skips', sums.missed, attr.skipReason, 'missed')
  series.gauge(sink, 'runwell.task.run.active', sums.active)
  series.end(sink)
}
