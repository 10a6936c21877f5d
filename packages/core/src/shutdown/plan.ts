import { InvalidOptionError, UnknownTaskError } from '../base/errors.ts'
import type { Priority } from '../base/words.ts'
import { priorities } from '../base/words.ts'

/** What the plan of a shutdown must know of a task. */
export interface Stoppable {
  readonly name: string
  readonly priority: Priority
  readonly dependsOn: readonly string[]
}

/**
 * Orders a shutdown: the names by class, the lowest priority first. What a task depends on never stops in an earlier
 * class than the task: it is promoted to that class. Names that are not there are passed over.
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
      pending.push(needed) // what it depends on in turn moves along
    }
  }
  const classes: string[][] = priorities.map(() => [])
  for (const { name } of tasks) classes[classOf.get(name) ?? 0]?.push(name)
  return classes
}

/** @throws {@link InvalidOptionError} when `task` would, through what it depends on, depend on itself. */
export function refuseCycle(task: Stoppable, known: (name: string) => Stoppable | undefined): void {
  if (task.dependsOn.length === 0) return
  const path = [task.name]
  const visit = (current: Stoppable): void => {
    for (const name of current.dependsOn) {
      if (name === task.name) {
        throw new InvalidOptionError('dependsOn', 'free of cycles', [...path, name].join(' → '))
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

/** @throws {@link UnknownTaskError} for the first name in a `dependsOn` that no task has. */
export function refuseUnknown(tasks: readonly Stoppable[]): void {
  const dependants = tasks.filter((task) => task.dependsOn.length > 0)
  if (dependants.length === 0) return
  const names = new Set(tasks.map((task) => task.name))
  for (const task of dependants) {
    for (const name of task.dependsOn) {
      if (!names.has(name)) throw new UnknownTaskError(name, `\`dependsOn\` of '${task.name}'`)
    }
  }
}
