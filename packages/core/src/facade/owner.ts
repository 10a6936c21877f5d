import { anObject, check, reading } from '../base/options.ts'
import { ofTask } from '../task/of-task.ts'
import type { TaskOptions } from '../task/options.ts'
import type { RunContext } from '../task/run-context.ts'
import type { Task } from '../task/task.ts'
import type { Disposal } from './owner-disposal.ts'
import { ownerClosed } from './registry.ts'
import { refusedBy, type SpawnHandle, type SpawnOptions } from './spawn.ts'

/** The tasks of one module, plugin or team. `dispose()` removes all of them together. */
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
   * Unregisters all tasks of this owner and aborts their runs. Also aborts runs that this owner has spawned in tasks
   * of other owners. The promise resolves when all these runs have ended or are abandoned, but it does not wait for
   * runs of external tasks.
   *
   * If a run of this owner calls `dispose()`, the promise does not wait for that run. If that run belongs to a task
   * of this owner, the promise does not wait for any run of that task.
   *
   * Until all runs have ended or are abandoned, `register()` of this object throws a `WrongStateError`, and `spawn()`
   * starts no run.
   */
  dispose(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

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
    ofTask(name, () => check('spawn', options, anObject))
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
    // Until the runs have ended, their code may call `register` or `spawn`. These calls are refused.
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
