import { type ExternalOptions, type ExternalTask, type Supervisor, WrongStateError } from '@runwell/core'
import { emitProcessWarning } from '@runwell/core/adapter'
import { numbered } from './names.ts'

interface Adopted {
  readonly job: WeakRef<object>
  readonly task: ExternalTask
  readonly isGone: () => boolean
}

interface AdoptedTasks {
  readonly byName: Map<string, Adopted>
  readonly byJob: WeakMap<object, ExternalTask>
  readonly warned: Set<string>
}

/**
 * An application may create a timer for each of its connections. A task for each of them would make too many series
 * of metrics.
 */
const maxOfName = 200

/**
 * An application may load this package twice: as ES modules and as CommonJS. A global object lets both copies share
 * the tasks.
 */
const key = Symbol.for('@runwell/adopt')
const shared = globalThis as { [key]?: WeakMap<Supervisor, AdoptedTasks> }

export function knownTask(supervisor: Supervisor, job: object): ExternalTask | undefined {
  const task = shared[key]?.get(supervisor)?.byJob.get(job)
  return task && isRegistered(supervisor, task) ? task : undefined
}

/**
 * Registers a task for a job, or returns the task that the job already has. If another job has the name, a number is
 * appended to the name. A job that is gone, as after a hot reload, gives up its name.
 *
 * @param isGone - returns whether the host library will never run the job again
 * @returns `undefined` if the task can't be registered: an error could break the host library
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
  const tasks: AdoptedTasks = shared[key].get(supervisor) ?? {
    byName: new Map(),
    byJob: new WeakMap(),
    warned: new Set(),
  }
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
    if (number > maxOfName) return warnOnce(tasks, options.name, crowdText(options))
    name = numbered(options.name, number)
  }
  try {
    const task = supervisor.external({ ...options, name })
    tasks.byName.set(name, { job: new WeakRef(job), task, isGone })
    tasks.byJob.set(job, task)
    return task
  } catch (error) {
    if (!(error instanceof WrongStateError)) throw error
    const text = `${error.message} So the runs of this job are not supervised.`
    return error.owner === undefined ? undefined : warnOnce(tasks, name, text)
  }
}

function warnOnce({ warned }: AdoptedTasks, name: string, text: string): undefined {
  if (warned.has(name)) return
  warned.add(name)
  emitProcessWarning(`Runwell: ${text}`)
}

function crowdText({ name, host = 'a host' }: ExternalOptions): string {
  return `${maxOfName} jobs of ${host} have the name '${name}'. Further jobs of this name run, but get no task while there are ${maxOfName}. To watch each job, give each its own name. If one line of code creates a job for each connection, do not let Runwell adopt these jobs.`
}

/** Compares the metrics objects, because another task may have the same name by now. */
function isRegistered(supervisor: Supervisor, task: ExternalTask): boolean {
  return supervisor.task(task.name)?.metrics() === task.metrics()
}
