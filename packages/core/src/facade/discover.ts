import { DuplicateTaskError, InvalidOptionError } from '../base/errors.ts'
import { reading } from '../base/options.ts'
import { show } from '../base/show.ts'
import { toError } from '../base/to-error.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import { classNameOf, type MethodTask, methodTaskOptions, methodTasksOf } from '../task/method-tasks.ts'
import type { TaskOptions } from '../task/options.ts'
import type { Task } from '../task/task.ts'

/** An object whose tasks `supervisor.discover()` registers. */
export interface TaskProvider {
  getTasks(): Iterable<TaskOptions>
}

/** The result of `supervisor.discover()`. */
export interface Discovery {
  readonly registered: readonly Task[]
  /**
   * One entry for each task that could not be registered, and for each provider whose `getTasks()` threw an error or
   * did not return a list.
   */
  readonly failed: readonly { readonly owner: string; readonly error: Error }[]
  /** Unregisters the tasks in `registered`. All other tasks stay registered. */
  dispose(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export function discover(
  owners: object,
  register: (options: TaskOptions) => Task,
  warnings: ConsoleWarnings,
): Discovery {
  const registered: Task[] = []
  const failed: { owner: string; error: Error }[] = []
  const attempt = (owner: string, work: () => void): void => {
    try {
      work()
    } catch (thrown) {
      const error = toError(thrown)
      failed.push({ owner, error })
      warnings.add(`Owner '${owner}' could not register all of its tasks`, error, `discover ${owner}`)
    }
  }
  for (const [owner, provider] of reading('owners', () => providersIn(owners))) {
    attempt(owner, () => {
      for (const method of methodTasksOf(provider)) {
        attempt(owner, () => registered.push(registerMethod(owner, provider, method, register)))
      }
      if (!hasGetTasks(provider)) return
      const given: unknown = provider.getTasks()
      for (const options of toIterable(owner, given)) {
        attempt(owner, () => registered.push(register(withOwner(owner, options))))
      }
    })
  }
  const dispose = async (): Promise<void> => {
    await Promise.all(registered.map((task) => task.unregister()))
  }
  return { registered, failed, dispose, [Symbol.asyncDispose]: dispose }
}

function providersIn(given: unknown): readonly (readonly [owner: string, provider: object])[] {
  if (!canHaveTasks(given)) throw noProvider(given)
  if (isProvider(given)) return [[ownerOf(given), given]]
  if (typeof given === 'function') throw noProvider(given)
  if (Array.isArray(given)) return given.filter(canHaveTasks).map((provider) => [ownerOf(provider), provider])
  const entries: readonly [unknown, unknown][] = given instanceof Map ? [...given] : Object.entries(given)
  const providers = entries.flatMap(([owner, provider]): [string, object][] =>
    canHaveTasks(provider) ? [[String(owner), provider]] : [],
  )
  // `given` may be an instance of a class without tasks. Without this error, it would be ignored silently.
  if (providers.length === 0 && classNameOf(given) !== undefined && !(given instanceof Map))
    throw noProvider(given)
  return providers
}

function ownerOf(provider: object): string {
  return classNameOf(provider) ?? 'app'
}

function canHaveTasks(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function isProvider(value: object): boolean {
  return hasGetTasks(value) || methodTasksOf(value).length > 0
}

function hasGetTasks(value: object): value is { getTasks(): unknown } {
  return 'getTasks' in value && value.getTasks !== undefined
}

function noProvider(given: unknown): InvalidOptionError {
  const expected =
    'an object or a Map from owners to their task providers, or one provider: an object with getTasks() or with @task methods'
  const name = typeof given === 'function' ? classNameOf(given) : undefined
  const cure =
    name === undefined ? '' : `; pass an instance, such as new ${name}(), unless its @task methods are static`
  return new InvalidOptionError('owners', `${expected}${cure}`, given)
}

function registerMethod(
  owner: string,
  instance: object,
  method: MethodTask,
  register: (options: TaskOptions) => Task,
): Task {
  const options = methodTaskOptions(instance, method)
  try {
    return register(withOwner(owner, options))
  } catch (error) {
    if (!(error instanceof DuplicateTaskError)) throw error
    const cure = `If the class has several instances, give each its own name: @task({ name: (instance) => … })`
    throw new DuplicateTaskError(error.task, error.owner, cure)
  }
}

function withOwner(owner: string, options: unknown): TaskOptions {
  const given = options as TaskOptions
  if (typeof options !== 'object' || options === null) return given
  return { ...given, owner: given.owner ?? owner }
}

function toIterable(owner: string, given: unknown): Iterable<unknown> {
  if (typeof given === 'object' && given !== null && Symbol.iterator in given)
    return given as Iterable<unknown>
  // An unhandled rejection of this promise would end the process.
  if (given instanceof Promise) given.catch(() => {})
  throw new InvalidOptionError(`getTasks() of owner ${show(owner)}`, 'a list of task options', given)
}
