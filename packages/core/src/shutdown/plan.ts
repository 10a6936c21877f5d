import { InvalidOptionError, UnknownTaskError } from '../base/errors.ts'
import type { Priority } from '../base/words.ts'
import { priorities } from '../base/words.ts'

/** What the shutdown plan needs to know about a task. */
export interface Stoppable {
  readonly name: string
  readonly priority: Priority
  readonly dependsOn: readonly string[]
}

/**
 * Returns the task names by class, lowest priority first. A dependency never stops in an earlier class than the tasks
 * that need it: it is moved to their class. Unknown names are ignored.
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
      pending.push(needed) // its own dependencies are moved, too
    }
  }
  const classes: string[][] = priorities.map(() => [])
  for (const { name } of tasks) classes[classOf.get(name) ?? 0]?.push(name)
  return classes
}

/** @throws {@link InvalidOptionError} if `task` would depend on itself, directly or through other tasks. */
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

/**
 * @param known - the names of all tasks
 * @throws {@link UnknownTaskError} for the first name in the `dependsOn` of `tasks` that is not known.
 */
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
