import { InvalidOptionError } from '../base/errors.ts'
import { anObject, check, reading, takes } from '../base/options.ts'
import { toError } from '../base/to-error.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import type { TaskOptions } from '../task/options.ts'
import type { RunContext } from '../task/run-context.ts'
import type { Task } from '../task/task.ts'
import type { Disposal } from './owner-disposal.ts'
import { ownerClosed } from './registry.ts'
import { refusedBy, type SpawnHandle, type SpawnOptions } from './spawn.ts'

/** Provides tasks to `discover`. */
export interface TaskProvider {
  getTasks(): Iterable<TaskOptions>
}

/** The tasks of one module, plugin or team. `dispose()` removes them together. */
export interface Owner {
  readonly name: string
  register<Input = unknown>(options: Omit<TaskOptions<Input>, 'owner'>): Task<Input>
  spawn<Result>(
    name: string,
    run: (context: RunContext) => Result | Promise<Result>,
    options?: Omit<SpawnOptions, 'owner'>,
  ): SpawnHandle<Result>
  tasks(): readonly Task[]
  /**
   * Aborts, awaits and unregisters everything of this owner. Resolves when all runs have ended or are abandoned. A spawn name
   * belongs to the owner that used it first; runs that others spawned under it are removed as well. Until then,
   * `register` of this object throws a {@link WrongStateError} and the handle of `spawn` is refused, so that ending runs leave
   * nothing behind. `supervisor.owner()` returns an object that can be used at once. Inside a run of this owner, the promise does
   * not wait for that run.
   */
  dispose(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** The part of a supervisor that an owner needs. */
interface OwnerHost {
  register<Input>(options: TaskOptions<Input>): Task<Input>
  spawn<Result>(
    name: string,
    run: (context: RunContext) => Result | Promise<Result>,
    options: SpawnOptions,
  ): SpawnHandle<Result>
  tasks(): Iterable<Task>
}

export class OwnerScope implements Owner {
  readonly name: string
  readonly #host: OwnerHost
  readonly #dispose: () => Disposal
  #disposals = 0

  constructor(name: string, host: OwnerHost, dispose: () => Disposal) {
    this.name = name
    this.#host = host
    this.#dispose = dispose
  }

  register<Input = unknown>(options: Omit<TaskOptions<Input>, 'owner'>): Task<Input> {
    check('task', options, anObject)
    if (this.#disposals > 0) throw ownerClosed(options.name, this.name)
    return this.#host.register(reading('task', () => ({ ...options, owner: this.name })))
  }

  spawn<Result>(
    name: string,
    run: (context: RunContext) => Result | Promise<Result>,
    options: Omit<SpawnOptions, 'owner'> = {},
  ): SpawnHandle<Result> {
    check('spawn', options, anObject)
    if (this.#disposals > 0) return refusedBy(this.name)
    return this.#host.spawn(
      name,
      run,
      reading('spawn', () => ({ ...options, owner: this.name })),
    )
  }

  tasks(): readonly Task[] {
    return [...this.#host.tasks()].filter((task) => task.owner === this.name)
  }

  async dispose(): Promise<void> {
    // Runs that end use this scope. It opens again before the caller continues.
    this.#disposals += 1
    const { ended, othersEnded, hasOwnRun } = this.#dispose()
    const opened = ended.then(() => {
      this.#disposals -= 1
    })
    await (hasOwnRun ? othersEnded : opened)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }
}

/** The result of `discover`. */
export interface Discovery {
  readonly registered: readonly Task[]
  /** The tasks that could not be registered, with the reason. All others are registered. */
  readonly failed: readonly { readonly owner: string; readonly error: Error }[]
}

const theOwners = takes<object>(
  'an object or a Map from owners to their task providers',
  (value) => typeof value === 'object' && value !== null,
)

/**
 * Registers the tasks that owners provide. If a provider throws or a task is invalid, this is reported, and the remaining tasks
 * and owners are still registered.
 */
export function discover(
  owners: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>,
  register: (options: TaskOptions) => Task,
  warnings: ConsoleWarnings,
): Discovery {
  check('owners', owners, theOwners)
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
  const named = reading('owners', () => (owners instanceof Map ? [...owners] : Object.entries(owners)))
  for (const [owner, provider] of named) {
    attempt(owner, () => {
      if (!isProvider(provider)) return
      const given: unknown = provider.getTasks()
      for (const options of toIterable(owner, given)) {
        attempt(owner, () => registered.push(register(withOwner(owner, options))))
      }
    })
  }
  return { registered, failed }
}

function isProvider(value: unknown): value is { getTasks(): unknown } {
  const canHave = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return canHave && 'getTasks' in value && value.getTasks !== undefined
}

function withOwner(owner: string, options: unknown): TaskOptions {
  const given = options as TaskOptions
  // `register` refuses values that are not objects.
  if (typeof options !== 'object' || options === null) return given
  return { ...given, owner: given.owner ?? owner }
}

function toIterable(owner: string, given: unknown): Iterable<unknown> {
  if (typeof given === 'object' && given !== null && Symbol.iterator in given)
    return given as Iterable<unknown>
  // The rejection of an async provider is already reported by the error below.
  if (given instanceof Promise) given.catch(() => {})
  throw new InvalidOptionError(`getTasks() of owner '${owner}'`, 'a list of task options', given)
}
