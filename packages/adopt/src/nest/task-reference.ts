import { type Supervisor, type Task, UnknownTaskError } from '@runwell/core'

/**
 * Until the task is registered, reading one of these members throws an error.
 * Reading other members must not throw, because Nest reads members such as `onModuleInit` from each injected object.
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
    nextSlots: true,
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

/** Returns a handle of a task. The task need not be registered yet. */
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
