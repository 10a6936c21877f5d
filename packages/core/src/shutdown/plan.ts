import { InvalidOptionError, UnknownTaskError } from '../base/errors.ts'
import type { Priority } from '../base/words.ts'
import { priorities } from '../base/words.ts'

export interface Stoppable {
  readonly name: string
  readonly priority: Priority
  readonly dependsOn: readonly string[]
}

/**
 * Returns one list of task names for each priority, `low` first. If a task depends on another task, the other task is
 * in the same list or in a later one.
 */
export function planShutdown(tasks: readonly Stoppable[]): string[][] {
  const byName = new Map(tasks.map((task) => [task.name, task]))
  const classOf = new Map(tasks.map((task) => [task.name, priorities.indexOf(task.priority)]))
  const pending = [...tasks]
  for (let task = pending.pop(); task; task = pending.pop()) {
    const own = classOf.get(task.name) ?? 0
    for (const name of task.dependsOn) {
      const needed = byName.get(name)
      if (!needed || (classOf.get(name) ?? 0) >= own) continue
      classOf.set(name, own)
      pending.push(needed)
    }
  }
  const classes: string[][] = priorities.map(() => [])
  for (const { name } of tasks) classes[classOf.get(name) ?? 0]?.push(name)
  return classes
}

/** @throws {@link InvalidOptionError} if `task` would depend on itself, even indirectly. */
export function refuseCycle(task: Stoppable, known: (name: string) => Stoppable | undefined): void {
  if (task.dependsOn.length === 0) return
  /** For each visited task, the task through which it was found. */
  const neededBy = new Map<string, string>()
  const pending = [task]
  // The loop also visits the tasks that it adds. It visits each task only once, even if several ways lead to it.
  for (const { name, dependsOn } of pending) {
    for (const needed of dependsOn) {
      if (needed === task.name) throw cycleError(needed, name, neededBy)
      const next = neededBy.has(needed) ? undefined : known(needed)
      if (next === undefined) continue
      neededBy.set(needed, name)
      pending.push(next)
    }
  }
}

function cycleError(task: string, last: string, neededBy: ReadonlyMap<string, string>): InvalidOptionError {
  const path = [task]
  for (let name: string | undefined = last; name !== undefined; name = neededBy.get(name)) path.unshift(name)
  return new InvalidOptionError('dependsOn', 'free of cycles', path.join(' → '), task)
}

/** @throws {@link UnknownTaskError} for the first unknown name in `dependsOn`. */
export function refuseUnknown(
  tasks: Iterable<Pick<Stoppable, 'name' | 'dependsOn'>>,
  known: Pick<ReadonlyMap<string, unknown>, 'has' | 'keys'>,
): void {
  for (const task of tasks) {
    for (const name of task.dependsOn) {
      if (!known.has(name))
        throw new UnknownTaskError(name, `\`dependsOn\` of '${task.name}'`, [...known.keys()])
    }
  }
}
