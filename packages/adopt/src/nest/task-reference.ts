import { type Supervisor, type Task, UnknownTaskError } from '@runwell/core'

/**
 * Until the task is registered for the first time, reading one of these members throws an error. All other members are
 * `undefined` then. They must not throw, because Nest and other libraries read members of each injected object.
 */
const members: ReadonlySet<unknown> = new Set(
  // The compiler checks that the list is complete.
  Object.keys({
    name: true,
    info: true,
    owner: true,
    category: true,
    priority: true,
    schedule: true,
    state: true,
    paused: true,
    pausedAt: true,
    pausedUntil: true,
    pauseReason: true,
    pausedBy: true,
    nextRunAt: true,
    nextRestartAt: true,
    lastRun: true,
    fleet: true,
    active: true,
    metrics: true,
    health: true,
    history: true,
    successDueAt: true,
    restartsLeft: true,
    trigger: true,
    pause: true,
    resume: true,
    reschedule: true,
    restart: true,
    abort: true,
    unregister: true,
  } satisfies Readonly<Record<keyof Task, true>>),
)

/**
 * A handle of the task with this name. It can be created before the task is registered, and works from then on. After
 * `unregister()` it behaves as any handle of an unregistered task.
 */
export function taskReference(supervisor: Supervisor, name: string): Task {
  let known: Task | undefined
  const current = (): Task | undefined => {
    known = supervisor.task(name) ?? known
    return known
  }
  const get = (_: object, key: string | symbol): unknown => {
    const task = current()
    if (task === undefined) {
      if (!members.has(key)) return undefined
      const where = '`@InjectTask`, used from onApplicationBootstrap on,'
      throw new UnknownTaskError(
        name,
        where,
        [...supervisor.tasks()].map((other) => other.name),
      )
    }
    const value: unknown = Reflect.get(task, key)
    return typeof value === 'function' ? value.bind(task) : value
  }
  const has = (_: object, key: string | symbol): boolean => key in (current() ?? {})
  return new Proxy({}, { get, has }) as Task
}
