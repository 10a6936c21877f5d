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
  const path = [task.name]
  const visit = (current: Stoppable): void => {
    for (const name of current.dependsOn) {
      if (name === task.name) {
        throw new InvalidOptionError('dependsOn', 'free of cycles', [...path, name].join(' → '), name)
      }
      const next = known(name)
      if (!next || path.includes(name)) continue
      path.push(name)
      visit(next)
      path.pop()
    }
  }
  visit(task)
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
