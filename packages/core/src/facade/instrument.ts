import { types } from 'node:util'
import { anything, checkOptions, type OptionTable, reading } from '../base/options.ts'
import { toError } from '../base/to-error.ts'
import { WrappedRun } from '../observe/wrapped-run.ts'
import { external } from '../schedule/external.ts'
import { type BlockAttribution, minSyncMs } from '../shell/blocking/attribution.ts'
import type { KernelLoop } from '../shell/kernel-loop.ts'
import type { LiveRun } from '../shell/live-run.ts'
import { scopeOf } from '../shell/run-scope.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import type { TaskBehavior } from '../task/options.ts'
import { behaviorOptions, checkName, resolveBehavior } from '../task/resolve-task.ts'
import type { Registry } from './registry.ts'
import { type Ending, watchPromise } from './watch-promise.ts'

/** Options of an instrumented function. Its callers decide everything else. */
export interface InstrumentOptions
  extends Pick<
    TaskBehavior,
    'owner' | 'category' | 'priority' | 'on' | 'health' | 'history' | 'runbook' | 'slo' | 'trace' | 'scope'
  > {
  readonly name: string
  /** A function is not accepted as options. */
  readonly apply?: never
}

const { owner, category, priority, on, health, history, runbook, slo, trace, scope } = behaviorOptions
const instrumentOptions: OptionTable<InstrumentOptions> = {
  name: anything, // `checkName` checks it
  owner,
  category,
  priority,
  on,
  health,
  history,
  runbook,
  slo,
  trace,
  scope,
}

type AnyFunction = (...args: never[]) => unknown

/** Gives functions that other code calls the events, metrics and health of tasks. */
export class Instruments {
  readonly #kernelLoop: KernelLoop
  readonly #registry: Registry
  readonly #attribution: BlockAttribution
  readonly #made = new WeakMap<TaskRecord, { readonly fn: AnyFunction; readonly wrapper: AnyFunction }>()

  constructor(kernelLoop: KernelLoop, registry: Registry, attribution: BlockAttribution) {
    this.#kernelLoop = kernelLoop
    this.#registry = registry
    this.#attribution = attribution
  }

  /**
   * Wraps `fn`. Arguments, results and errors pass through, and a synchronous function stays synchronous. The wrapper has all
   * properties of `fn`; a class can be constructed and extended. Wrapping the same function, or its wrapper, again under the
   * same name returns the same wrapper.
   */
  instrument<Fn extends AnyFunction>(options: InstrumentOptions, fn: Fn): Fn {
    const { name, ...behavior } = reading('instrument', () => {
      checkOptions('instrument', options, instrumentOptions, '')
      return { ...options }
    })
    const known = this.#kernelLoop.records.get(name)
    const made = known && this.#made.get(known)
    if (made && (made.fn === fn || made.wrapper === fn)) return made.wrapper as unknown as Fn
    const schedule = external('call')
    const resolved = resolveBehavior(checkName(name), behavior, schedule, schedule.info, () => undefined)
    const record = this.#registry.add(resolved)
    const wrapper: Fn = new Proxy(fn, {
      apply: (target, self, args) =>
        this.#call(record, () => Reflect.apply(target, self, args), watchPromise),
      construct: (target, args, newTarget) => {
        const type = newTarget === wrapper ? target : newTarget
        return this.#call(record, () => Reflect.construct(target, args, type), undefined) as object
      },
      // Getters and setters of the function see the function, which may have private members.
      get: (target, key, receiver) => Reflect.get(target, key, receiver === wrapper ? target : receiver),
      set: (target, key, value, receiver) =>
        Reflect.set(target, key, value, receiver === wrapper ? target : receiver),
    })
    this.#made.set(record, { fn, wrapper })
    return wrapper
  }

  /** @param watch - follows a promise that `fn` returns. `undefined`: what `fn` returns is its result. */
  #call(record: TaskRecord, fn: () => unknown, watch: typeof watchPromise | undefined): unknown {
    const { kernel } = this.#kernelLoop
    const { name } = record.info
    if (kernel.phase === 'stopping' || kernel.phase === 'stopped') {
      record.metrics.countAfterQuiet()
      return fn()
    }
    if (!record.isRegistered) return fn() // the task was unregistered, and another may have its name
    let run: LiveRun | undefined
    let ending: Ending | undefined
    const settle = (end: Ending): void => {
      ending = end
      if (!run) return
      if (!end.ok) run.error = toError(end.error)
      run.settledMono = this.#kernelLoop.clock.monotonic()
      this.#kernelLoop.dispatch({
        type: 'settled',
        task: name,
        run: run.state.id,
        ok: end.ok,
        predicateSaid: undefined,
      })
    }
    const onStarted = (started: LiveRun): void => {
      run = started
      // Inside a batch, the function may have returned before its run is reported as started.
      if (ending) settle(ending)
    }
    const requestId = this.#kernelLoop.addRequest({
      input: undefined,
      callers: undefined,
      context: undefined,
      run: undefined,
      onStarted,
      onOutcome: () => {},
    })
    this.#kernelLoop.dispatch({ type: 'trigger', task: name, trigger: 'call', requestId, standby: false })
    return this.#follow(run, fn, settle, watch)
  }

  /** Calls the function inside the contexts of the observers and settles the run with its result. */
  #follow(
    run: LiveRun | undefined,
    fn: () => unknown,
    settle: (end: Ending) => void,
    watch: typeof watchPromise | undefined,
  ): unknown {
    let returned: unknown
    let thrown: { readonly error: unknown } | undefined
    const start = (): void => {
      const before = this.#kernelLoop.clock.monotonic()
      try {
        returned = run ? this.#kernelLoop.currentRun.within(run, fn, undefined) : fn()
      } catch (error) {
        thrown = { error }
      }
      if (!run) return
      const after = this.#kernelLoop.clock.monotonic()
      run.syncMs = after - before
      if (run.syncMs > minSyncMs) this.#attribution.onSync(run.record, after, run.syncMs)
    }
    if (run && this.#kernelLoop.observers.wrapsRuns) {
      const wrappedRun = new WrappedRun(scopeOf(run, undefined), undefined, start)
      run.wrappedRun = wrappedRun
      this.#kernelLoop.observers.around(wrappedRun)
    } else start()
    if (thrown) {
      settle({ ok: false, error: thrown.error })
      throw thrown.error
    }
    // Only promises (of any realm). Some other thenables start their work when `then` is called.
    if (watch && types.isPromise(returned)) watch(returned, settle)
    else settle({ ok: true })
    return returned
  }
}
