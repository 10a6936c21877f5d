import type { Task } from '@runwell/core'
import { fleetRow } from './fleet.ts'

/**
 * Finds tasks that other processes have changed. This process emits no event for most of these changes, so the rows
 * of the tasks are compared.
 */
export class SharedTasks {
  readonly #tasks: () => Iterable<Task>
  #known = new Map<string, string>()

  constructor(tasks: () => Iterable<Task>) {
    this.#tasks = tasks
  }

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
