import { AsyncResource } from 'node:async_hooks'
import { RunFailedError } from '../base/errors.ts'
import { aFunction, anObject, check, checkOptions, type OptionTable, reading } from '../base/options.ts'
import { show } from '../base/show.ts'
import type { RefusalReason } from '../base/words.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import { external } from '../schedule/external.ts'
import type { KernelLoop } from '../shell/kernel-loop.ts'
import type { LiveRun } from '../shell/live-run.ts'
import type { RequestAnswer } from '../shell/pending-request.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import { ofTask } from '../task/of-task.ts'
import type { TaskBehavior } from '../task/options.ts'
import { behaviorOptions, checkName, resolveBehavior } from '../task/resolve-task.ts'
import type { RunContext } from '../task/run-context.ts'
import type { TriggerResult } from '../task/task.ts'
import type { Registry } from './registry.ts'

/**
 * Options of spawned work. For each name, only the options of the first `spawn()` are used. Exception: if a later
 * `spawn()` names another `owner`, `dispose()` of that owner also aborts the run of that call.
 */
export type SpawnOptions = Pick<
  TaskBehavior,
  | 'owner'
  | 'category'
  | 'priority'
  | 'timeout'
  | 'abortGrace'
  | 'retry'
  | 'on'
  | 'health'
  | 'max'
  | 'history'
  | 'runbook'
  | 'slo'
  | 'trace'
>

/** A spawned run. */
export interface SpawnHandle<Result = unknown> {
  /** `undefined` before the run has started, and if the run was refused. */
  readonly runId: string | undefined
  /** How the run ended, or why it was refused. The promise never rejects. */
  readonly outcome: Promise<TriggerResult>
  /**
   * Resolves with the result of the function, or rejects with its error. Rejects with a
   * {@link RunFailedError} if the run was refused, cancelled, timed out or abandoned.
   */
  result(): Promise<Result>
  /** Aborts the run. */
  abort(): void
}

/**
 * A run that an owner has spawned in a task of another owner. `dispose()` of the owner that has spawned the run
 * aborts it.
 */
interface Guest {
  readonly handle: SpawnHandle
  readonly run: () => LiveRun | undefined
}

/** Each name becomes a metric series. Once there are this many names, runs of new names count as `other`. */
const maxNames = 200
/**
 * The name of the task that gets the runs of all names beyond `maxNames`. The second text is used if a registered
 * task is already called `other`.
 */
const folds: readonly string[] = ['other', 'spawned/other']
const { owner, category, priority, timeout, abortGrace, retry, on } = behaviorOptions
const { health, max, history, runbook, slo, trace } = behaviorOptions
const spawnOptions: OptionTable<SpawnOptions> = {
  owner,
  category,
  priority,
  timeout,
  abortGrace,
  retry,
  on,
  health,
  max,
  history,
  runbook,
  slo,
  trace,
}

export class Spawner {
  readonly #kernelLoop: KernelLoop
  readonly #registry: Registry
  readonly #warnings: ConsoleWarnings
  readonly #kinds = new Set<string>()
  readonly #guests = new Map<string, Set<Guest>>()
  #hasFolded = false

  constructor(kernelLoop: KernelLoop, registry: Registry, warnings: ConsoleWarnings) {
    this.#kernelLoop = kernelLoop
    this.#registry = registry
    this.#warnings = warnings
  }

  spawn<Result>(
    name: string,
    run: (context: RunContext) => Result | Promise<Result>,
    given: SpawnOptions = {},
  ): SpawnHandle<Result> {
    checkName(name)
    const options = ofTask(name, () => {
      check('run', run, aFunction)
      check('spawn', given, anObject)
      return reading('spawn', () => ({ ...given }))
    })
    const { phase } = this.#kernelLoop.kernel
    if (phase === 'stopping' || phase === 'stopped') return refused('stopping', 'The supervisor is stopping')
    const { owner = 'app' } = options
    if (this.#registry.isClosed(owner)) return refusedBy(owner)
    const record = ofTask(name, () => this.#kindOf(name, options))
    let live: LiveRun | undefined
    let isAborted = false
    const abort = (): void => {
      isAborted = true
      if (live) this.#kernelLoop.dispatch({ type: 'abort', task: record.info.name, run: live.state.id })
    }
    const outcome = new Promise<TriggerResult>((resolve) => {
      const onStarted = (started: LiveRun): void => {
        live = started
        if (isAborted) abort()
      }
      const onOutcome = (answer: RequestAnswer): void => resolve(toResult(answer))
      const requestId = this.#kernelLoop.requests.add({
        input: undefined,
        callers: this.#kernelLoop.observers.captureCallers(),
        context: new AsyncResource('runwell.spawn'),
        run,
        onStarted,
        onOutcome,
      })
      this.#kernelLoop.dispatch({
        type: 'trigger',
        task: record.info.name,
        trigger: 'spawn',
        requestId,
        standby: false,
      })
    })
    const handle: SpawnHandle<Result> = {
      get runId() {
        return live?.runId
      },
      outcome,
      result: async () => valueIn<Result>(name, await outcome),
      abort,
    }
    if (owner !== record.info.owner) this.#keep(owner, { handle, run: () => live })
    return handle
  }

  guestsOf(owner: string): readonly Guest[] {
    return [...(this.#guests.get(owner) ?? [])]
  }

  #keep(owner: string, guest: Guest): void {
    const guests = this.#guests.get(owner) ?? new Set()
    this.#guests.set(owner, guests.add(guest))
    void guest.handle.outcome.then(() => {
      guests.delete(guest)
      if (guests.size === 0) this.#guests.delete(owner)
    })
  }

  #kindOf(name: string, options: SpawnOptions): TaskRecord {
    const known = this.#kernelLoop.records.get(name)
    if (known?.info.schedule.startedBy === 'spawn') return known
    checkOptions('spawn', options, spawnOptions, '')
    if (this.#kinds.size >= maxNames && !folds.includes(name)) {
      if (!this.#hasFolded) this.#warnFolded(name)
      this.#hasFolded = true
      const { records } = this.#kernelLoop
      const free = folds.find((fold) => (records.get(fold)?.info.schedule.startedBy ?? 'spawn') === 'spawn')
      return this.#kindOf(free ?? 'other', {})
    }
    const schedule = external('spawn')
    const record = this.#registry.add(
      resolveBehavior(name, options, schedule, schedule.info, () => undefined),
    )
    this.#kinds.add(name)
    return record
  }

  #warnFolded(name: string): void {
    const text = `Spawned work '${name}' is counted as 'other': there are ${maxNames} names already`
    this.#warnings.add(text, undefined, 'spawn names')
  }
}

/** Spawned runs may overlap, so a refusal with `overlap` means that the limit `max` is reached. */
function toResult(answer: RequestAnswer): TriggerResult {
  if (answer.started) return answer
  return { started: false, reason: answer.reason === 'overlap' ? 'full' : (answer.reason as RefusalReason) }
}

export function refusedBy<Result>(owner: string): SpawnHandle<Result> {
  return refused('unregistered', `Owner '${owner}' is being disposed of`)
}

function refused<Result>(reason: RefusalReason, because: string): SpawnHandle<Result> {
  const outcome = { started: false, reason } as const
  const reject = (): Promise<never> =>
    Promise.reject(new RunFailedError(`${because}, so the function was not called`))
  return { runId: undefined, outcome: Promise.resolve(outcome), result: reject, abort: () => {} }
}

function valueIn<Result>(name: string, outcome: TriggerResult): Result {
  if (!outcome.started) throw new RunFailedError(`'${name}' was not started: ${outcome.reason}`)
  if (outcome.outcome === 'succeeded') return outcome.value as Result
  if (outcome.outcome === 'failed' && outcome.error) throw outcome.error
  throw new RunFailedError(`Run ${show(outcome.runId)} of '${name}' ended ${outcome.outcome}`, {
    cause: outcome.error,
  })
}
