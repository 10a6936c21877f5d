import { newTally, processHealth, tally } from './health/aggregate.ts'
import type { HealthStatus } from './health/status.ts'
import { stateOf } from './kernel/state.ts'
import type { TaskEntry } from './run/entry.ts'
import type { Priority, TaskStateName } from './task.ts'
import { priorities, taskStates } from './task.ts'

/** So many names of changed tasks are kept: more are never asked for. */
const mostChanged = 100

/** How many tasks are where, kept up as tasks change, so that taking stock costs nothing. */
export class Stock {
  tasks = 0
  readonly byState = counters(taskStates)
  readonly byPriority = counters(priorities)
  readonly byCategory: Record<string, number> = Object.create(null) as Record<string, number>
  readonly #health = newTally()
  /** Names that changed since they were last taken. */
  readonly #changed = new Set<string>()

  add(entry: TaskEntry): void {
    const { priority, category } = entry.info
    this.tasks += 1
    this.byPriority[priority] += 1
    this.byCategory[category] = (this.byCategory[category] ?? 0) + 1
    this.update(entry)
  }

  remove(entry: TaskEntry): void {
    const { priority, category } = entry.info
    this.tasks -= 1
    this.byPriority[priority] -= 1
    const left = (this.byCategory[category] ?? 1) - 1
    if (left > 0) this.byCategory[category] = left
    else delete this.byCategory[category]
    if (entry.counted !== undefined) this.byState[entry.counted] -= 1
    tally(this.#health, priority, entry.countedHealth, undefined)
    entry.counted = undefined
    entry.countedHealth = undefined
  }

  /** Counts `entry` anew if its state or health has changed. */
  update(entry: TaskEntry): void {
    const state = stateOf(entry.state)
    const health = entry.state.health?.status ?? 'unknown'
    if (entry.counted === state && entry.countedHealth === health) return
    const { counted, countedHealth } = entry
    if (counted !== undefined) {
      this.byState[counted] -= 1
      // A run that begins and ends is no change worth a line each minute.
      if (!isBetweenRuns(counted) || !isBetweenRuns(state) || countedHealth !== health) {
        if (this.#changed.size < mostChanged) this.#changed.add(entry.info.name)
      }
    }
    this.byState[state] += 1
    entry.counted = state
    if (countedHealth === health) return
    tally(this.#health, entry.info.priority, countedHealth, health)
    entry.countedHealth = health
  }

  /** Names of tasks that changed since the last call, at most 100. */
  takeChanged(): string[] {
    const names = [...this.#changed]
    this.#changed.clear()
    return names
  }

  /** A copy that has no other keys than categories. */
  categories(): Readonly<Record<string, number>> {
    return Object.assign(Object.create(null) as Record<string, number>, this.byCategory)
  }

  get byHealth(): Readonly<Record<HealthStatus, number>> {
    return this.#health.byHealth
  }

  health(): HealthStatus {
    return processHealth(this.#health)
  }
}

function isBetweenRuns(state: TaskStateName): boolean {
  return state === 'waiting' || state === 'running'
}

function counters<Key extends Priority | TaskStateName>(keys: readonly Key[]): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>
}
