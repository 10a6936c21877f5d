import type { Task } from '@runwell/core'
import { fleetRow } from './fleet.ts'

/** Finds the shared tasks that other processes have changed. Most of these changes cause no event in this process. */
export class SharedTasks {
  readonly #tasks: () => Iterable<Task>
  #known = new Map<string, string>()

  constructor(tasks: () => Iterable<Task>) {
    this.#tasks = tasks
  }

  /** Returns the names of the tasks whose row about the fleet has changed since the last call. */
  changed(): readonly string[] {
    const now = new Map<string, string>()
    for (const task of this.#tasks()) {
      const row = fleetRow(task)
      if (row !== undefined) now.set(task.name, JSON.stringify(row))
    }
    const changed = [...now].filter(([name, row]) => this.#known.get(name) !== row).map(([name]) => name)
    this.#known = now
    return changed
  }
}
