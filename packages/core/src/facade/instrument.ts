import { types } from 'node:util'
import { checkKeys } from '../base/check.ts'
import { InvalidOptionError, toError } from '../base/errors.ts'
import { Passage } from '../observe/wrapped-run.ts'
import { external } from '../schedule/external.ts'
import { type Blame, leastSyncMs } from '../shell/blocking/attribution.ts'
import type { Engine } from '../shell/kernel-loop.ts'
import type { LiveRun } from '../shell/live-run.ts'
import { scopeOf } from '../shell/run-scope.ts'
import type { TaskEntry } from '../shell/task-record.ts'
import type { TaskBehavior } from '../task/options.ts'
import { checkName, resolveBehavior } from '../task/resolve.ts'
import type { Registry } from './registry.ts'

/** Options of an instrumented function: whose it is, and how it is judged. Whoever calls it decides the rest. */
export interface InstrumentOptions
  extends Pick<
    TaskBehavior,
    'owner' | 'category' | 'priority' | 'health' | 'history' | 'runbook' | 'slo' | 'trace' | 'scope'
  > {
  readonly name: string
}

const keys = [
  'name',
  'owner',
  'category',
  'priority',
  'health',
  'history',
  'runbook',
  'slo',
  'trace',
  'scope',
]

type AnyFunction = (...args: never[]) => unknown

/** How a call went, once it is over. */
type Ending = { readonly ok: true } | { readonly ok: false; readonly error: unknown }

/** Functions that somebody else schedules, with the events, numbers and health of tasks. */
export class Instruments {
  readonly #engine: Engine
  readonly #registry: Registry
  readonly #blame: Blame
  readonly #made = new WeakMap<TaskEntry, { readonly fn: AnyFunction; readonly wrapper: AnyFunction }>()

  constructor(engine: Engine, registry: Registry, blame: Blame) {
    this.#engine = engine
    this.#registry = registry
    this.#blame = blame
  }

  /**
   * Wraps `fn`: what it gets, gives and throws passes through, and a synchronous function stays one. Wrapping the same
   * function again under one name, or its wrapper, gives the same wrapper.
   */
  instrument<Fn extends AnyFunction>(options: InstrumentOptions, fn: Fn): Fn {
    if (typeof fn !== 'function') throw new InvalidOptionError('fn', 'a function', fn)
    checkKeys('instrument', options, keys)
    const { name, ...behavior } = options
    const known = this.#engine.entries.get(name)
    const made = known && this.#made.get(known)
    if (made && (made.fn === fn || made.wrapper === fn)) return made.wrapper as unknown as Fn
    const schedule = external('call')
    const resolved = resolveBehavior(checkName(name), behavior, schedule, schedule.info, () => undefined)
    const entry = this.#registry.add(resolved)
    const call = (self: unknown, args: never[]): unknown =>
      this.#call(entry, () => Reflect.apply(fn, self, args))
    const wrapper = function (this: unknown, ...args: never[]): unknown {
      return call(this, args)
    }
    Object.defineProperty(wrapper, 'name', { value: fn.name, configurable: true })
    Object.defineProperty(wrapper, 'length', { value: fn.length, configurable: true })
    this.#made.set(entry, { fn, wrapper })
    return wrapper as unknown as Fn
  }

  #call(entry: TaskEntry, fn: () => unknown): unknown {
    const { kernel } = this.#engine
    const { name } = entry.info
    if (kernel.phase === 'stopping' || kernel.phase === 'stopped') {
      entry.metrics.countAfterQuiet()
      return fn()
    }
    if (!entry.isRegistered) return fn() // the task has left, and another may have its name
    let run: LiveRun | undefined
    let ending: Ending | undefined
    const settle = (end: Ending): void => {
      ending = end
      if (!run) return
      if (!end.ok) run.error = toError(end.error)
      run.settledMono = this.#engine.clock.monotonic()
      this.#engine.dispatch({ type: 'settled', task: name, run: run.state.id, ok: end.ok, wanted: undefined })
    }
    const onStarted = (started: LiveRun): void => {
      run = started
      // Called from inside a batch, the function may be over before its run is told to have begun.
      if (ending) settle(ending)
    }
    const ticket = this.#engine.ticket({ input: undefined, run: undefined, onStarted, onOutcome: () => {} })
    this.#engine.dispatch({ type: 'trigger', task: name, trigger: 'call', ticket, standby: false })
    return this.#follow(run, fn, settle)
  }

  /** Calls the function inside the contexts of the observers, and settles its run with it. */
  #follow(run: LiveRun | undefined, fn: () => unknown, settle: (end: Ending) => void): unknown {
    let returned: unknown
    let thrown: { readonly error: unknown } | undefined
    const start = (): void => {
      const before = this.#engine.clock.monotonic()
      try {
        returned = fn()
      } catch (error) {
        thrown = { error }
      }
      if (!run) return
      const after = this.#engine.clock.monotonic()
      run.syncMs = after - before
      if (run.syncMs > leastSyncMs) this.#blame.onSync(run.entry, after, run.syncMs)
    }
    if (run && this.#engine.observers.wrapsRuns) {
      const passage = new Passage(scopeOf(run, undefined), undefined, start)
      run.passage = passage
      this.#engine.observers.around(passage)
    } else start()
    if (thrown) {
      settle({ ok: false, error: thrown.error })
      throw thrown.error
    }
    // Promises of any realm, and no other thenables: some of those begin their work when they are asked.
    if (!types.isPromise(returned)) {
      settle({ ok: true })
      return returned
    }
    returned.then(
      () => settle({ ok: true }),
      (error: unknown) => settle({ ok: false, error }),
    )
    return returned
  }
}
