import type { ExternalOptions, ExternalTask, Supervisor } from '@runwell/core'
import { numbered } from './names.ts'

interface Adopted {
  readonly job: WeakRef<object>
  readonly task: ExternalTask
  readonly isGone: () => boolean
}

/** In one place for the whole process: an application may load this package as ES modules and as CommonJS. */
const key = Symbol.for('@runwell/adopt')
const shared = globalThis as { [key]?: WeakMap<Supervisor, Map<string, Adopted>> }

/** The task of a job that was adopted before. */
export function knownTask(supervisor: Supervisor, job: object): ExternalTask | undefined {
  for (const adopted of tasksOf(supervisor).values()) if (adopted.job.deref() === job) return adopted.task
  return undefined
}

/**
 * Makes the task of a job. A job that was adopted before keeps its task. If the job that had the name is gone, as after a
 * hot reload, its task is unregistered and this one takes the name; if it is still there, this one gets a number.
 *
 * @param job - identifies the job
 * @param isGone - whether the host library will never run the job again
 */
export function adoptedTask(
  supervisor: Supervisor,
  job: object,
  isGone: () => boolean,
  options: ExternalOptions,
): ExternalTask {
  const known = knownTask(supervisor, job)
  if (known !== undefined) return known
  const tasks = tasksOf(supervisor)
  let name = options.name
  for (let number = 2, other = tasks.get(name); other !== undefined; number += 1, other = tasks.get(name)) {
    if (other.isGone() || other.job.deref() === undefined) {
      void other.task.unregister()
      break
    }
    name = numbered(options.name, number)
  }
  const task = supervisor.external({ ...options, name })
  tasks.set(name, { job: new WeakRef(job), task, isGone })
  return task
}

/** The adopted tasks of a supervisor that are still registered. */
function tasksOf(supervisor: Supervisor): Map<string, Adopted> {
  shared[key] ??= new WeakMap()
  const tasks = shared[key].get(supervisor) ?? new Map<string, Adopted>()
  shared[key].set(supervisor, tasks)
  for (const [name, { task }] of tasks) if (supervisor.task(name) !== task) tasks.delete(name)
  return tasks
}
