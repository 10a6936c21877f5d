import { type ExternalOptions, type ExternalTask, type Supervisor, WrongStateError } from '@runwell/core'
import { numbered } from './names.ts'

interface Adopted {
  readonly job: WeakRef<object>
  readonly task: ExternalTask
  readonly isGone: () => boolean
}

interface AdoptedTasks {
  readonly byName: Map<string, Adopted>
  readonly byJob: WeakMap<object, ExternalTask>
}

/** A global symbol, because an application may load this package twice: as ES modules and as CommonJS. */
const key = Symbol.for('@runwell/adopt')
const shared = globalThis as { [key]?: WeakMap<Supervisor, AdoptedTasks> }

/** Returns the task of `job` if the supervisor has adopted the job before and the task is still registered. */
export function knownTask(supervisor: Supervisor, job: object): ExternalTask | undefined {
  const task = shared[key]?.get(supervisor)?.byJob.get(job)
  return task && isRegistered(supervisor, task) ? task : undefined
}

/**
 * Registers a task for a job and returns the task. If the job was adopted before, returns its existing task. If another
 * task has the name, but its job is gone, as after a hot reload, unregisters that task and takes its name. Otherwise
 * adds a number to a name that is in use.
 *
 * @param job - any object that identifies the job
 * @param isGone - returns whether the host library will never run the job again
 * @returns `undefined` if the supervisor has stopped. An error would break the host library.
 */
export function adoptedTask(
  supervisor: Supervisor,
  job: object,
  isGone: () => boolean,
  options: ExternalOptions,
): ExternalTask | undefined {
  const known = knownTask(supervisor, job)
  if (known !== undefined) return known
  shared[key] ??= new WeakMap()
  const tasks: AdoptedTasks = shared[key].get(supervisor) ?? { byName: new Map(), byJob: new WeakMap() }
  shared[key].set(supervisor, tasks)

  let name = options.name
  for (let number = 2; supervisor.task(name) !== undefined; number += 1) {
    const other = tasks.byName.get(name)
    if (
      other &&
      isRegistered(supervisor, other.task) &&
      (other.isGone() || other.job.deref() === undefined)
    ) {
      void other.task.hostRemoved()
      break
    }
    name = numbered(options.name, number)
  }
  try {
    const task = supervisor.external({ ...options, name })
    tasks.byName.set(name, { job: new WeakRef(job), task, isGone })
    tasks.byJob.set(job, task)
    return task
  } catch (error) {
    if (error instanceof WrongStateError) return undefined
    throw error
  }
}

/**
 * Whether `task` is still registered. Another task may have its name by now, so a comparison of names is not enough.
 * Each registered task has its own metrics object.
 */
function isRegistered(supervisor: Supervisor, task: ExternalTask): boolean {
  return supervisor.task(task.name)?.metrics() === task.metrics()
}
