import type { Priority, TaskState } from '../base/words.ts'
import { priorities, taskStates } from '../base/words.ts'
import { newTally, processHealth, tally } from '../health/aggregate.ts'
import type { HealthStatus } from '../health/status.ts'
import { stateOf } from '../kernel/state.ts'
import type { TaskRecord } from './task-record.ts'

const maxChanged = 100

export class TaskCounts {
  tasks = 0
  readonly byPriority = Object.fromEntries(priorities.map((key) => [key, 0])) as Record<Priority, number>
  readonly byCategory: Record<string, number> = Object.create(null) as Record<string, number>
  readonly #byState = Object.fromEntries(taskStates.map((key) => [key, 0])) as Record<TaskState, number>
  readonly #health = newTally()
  readonly #changed = new Set<string>()

  add(record: TaskRecord): void {
    const { priority, category } = record.info
    this.tasks += 1
    this.byPriority[priority] += 1
    this.byCategory[category] = (this.byCategory[category] ?? 0) + 1
    this.update(record)
  }

  remove(record: TaskRecord): void {
    const { priority, category } = record.info
    this.tasks -= 1
    this.byPriority[priority] -= 1
    const left = (this.byCategory[category] ?? 1) - 1
    if (left > 0) this.byCategory[category] = left
    else delete this.byCategory[category]
    if (record.countedState !== undefined) this.#byState[record.countedState] -= 1
    tally(this.#health, priority, record.countedHealth, undefined)
    record.countedState = undefined
    record.countedHealth = undefined
  }

  update(record: TaskRecord): void {
    const state = stateOf(record.state)
    const health = record.state.health?.status ?? 'unknown'
    const { countedState, countedHealth } = record
    if (countedState === state && countedHealth === health) return
    if (countedState !== undefined) {
      this.#byState[countedState] -= 1
      // A run that only starts or ends is not listed as a change.
      if (!isBetweenRuns(countedState) || !isBetweenRuns(state) || countedHealth !== health) {
        if (this.#changed.size < maxChanged) this.#changed.add(record.info.name)
      }
    }
    record.countedState = state
    this.#byState[state] += 1
    if (countedHealth === health) return
    tally(this.#health, record.info.priority, countedHealth, health)
    record.countedHealth = health
  }

  takeChanged(): string[] {
    const names = [...this.#changed]
    this.#changed.clear()
    return names
  }

  /** The copy has no prototype, so that all its keys are categories. */
  categories(): Readonly<Record<string, number>> {
    return Object.assign(Object.create(null) as Record<string, number>, this.byCategory)
  }

  get byState(): Readonly<Record<TaskState, number>> {
    return { ...this.#byState }
  }

  get byHealth(): Readonly<Record<HealthStatus, number>> {
    return this.#health.byHealth
  }

  health(): HealthStatus {
    return processHealth(this.#health)
  }
}

function isBetweenRuns(state: TaskState): boolean {
  return state === 'waiting' || state === 'running'
}
