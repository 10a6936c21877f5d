import { type Supervisor, type Task, UnknownTaskError } from '@runwell/core'

/**
 * While the task is not registered, reading one of these members throws an error. All other members are `undefined`
 * then. They must not throw, because Nest and other libraries read members of each injected object.
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

/** Returns a handle that looks up the task by its name at each use. So the task may be registered later. */
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
