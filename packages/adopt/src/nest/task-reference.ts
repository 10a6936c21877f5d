import { type Supervisor, type Task, UnknownTaskError } from '@runwell/core'

/**
 * The members of a handle that throw an error while the task is not registered. All others are `undefined` then: Nest
 * and other libraries read further members of injected objects, which must not throw.
 */
const members: readonly (keyof Task)[] = [
  'name',
  'trigger',
  'pause',
  'resume',
  'reschedule',
  'restart',
  'unregister',
]

/** A handle of the task with this name. It may be created before the task is registered. */
export function taskReference(supervisor: Supervisor, name: string): Task {
  const get = (_: object, key: string | symbol): unknown => {
    const task = supervisor.task(name)
    if (task === undefined) {
      if (!members.some((member) => member === key)) return undefined
      throw new UnknownTaskError(
        name,
        '`@InjectTask`',
        [...supervisor.tasks()].map((known) => known.name),
      )
    }
    const value: unknown = Reflect.get(task, key)
    return typeof value === 'function' ? value.bind(task) : value
  }
  const has = (_: object, key: string | symbol): boolean => key in (supervisor.task(name) ?? {})
  return new Proxy({}, { get, has }) as Task
}
