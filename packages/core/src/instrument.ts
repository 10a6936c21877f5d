import { InvalidOptionError, toError } from './errors.ts'
import type { Registry } from './registry.ts'
import { checkName, resolveBehavior } from './resolve-task.ts'
import type { Engine } from './run/engine.ts'
import type { TaskEntry } from './run/entry.ts'
import type { LiveRun } from './run/live-run.ts'
import { scopeOf } from './run/run-scope.ts'
import { external } from './schedule/external.ts'
import type { TaskBehavior } from './task.ts'

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

/** Marks a wrapped function with the function that it wraps. */
const wraps = Symbol.for('runwell.instrumented')

type AnyFunction = (...args: never[]) => unknown

/** Functions that somebody else schedules, with the events, numbers and health of tasks. */
export class Instruments {
  readonly #engine: Engine
  readonly #registry: Registry

  constructor(engine: Engine, registry: Registry) {
    this.#engine = engine
    this.#registry = registry
  }

  /**
   * Wraps `fn`: what it gets, gives and throws passes through, and a synchronous function stays one. Wrapping twice
   * under one name gives the same wrapper.
   */
  instrument<Fn extends AnyFunction>(options: InstrumentOptions, fn: Fn): Fn {
    if (typeof fn !== 'function') throw new InvalidOptionError('fn', 'a function', fn)
    for (const key of Object.keys(options)) {
      if (!keys.includes(key))
        throw new InvalidOptionError(
          'instrument',
          `an object with no other keys than ${keys.join(', ')}`,
          key,
        )
    }
    const { name, ...behavior } = options
    if (wrappedName(fn) === name) return fn
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
    Object.defineProperty(wrapper, wraps, { value: name })
    return wrapper as unknown as Fn
  }

  #call(entry: TaskEntry, fn: () => unknown): unknown {
    const { phase } = this.#engine.kernel
    if (phase === 'stopping' || phase === 'stopped') {
      entry.metrics.countAfterQuiet()
      return fn()
    }
    let run: LiveRun | undefined
    let isOver: boolean | undefined
    const settle = (ok: boolean, error: unknown): void => {
      isOver = ok
      if (!run) return
      if (!ok) run.error = toError(error)
      run.settledMono = this.#engine.clock.monotonic()
      this.#engine.dispatch({
        type: 'settled',
        task: entry.info.name,
        run: run.state.id,
        ok,
        wanted: undefined,
      })
    }
    const onStarted = (started: LiveRun): void => {
      run = started
      // Called from inside a batch, the function may be over before its run is told to have begun.
      if (isOver !== undefined) settle(isOver, started.error)
    }
    const ticket = this.#engine.ticket({ input: undefined, run: undefined, onStarted, onOutcome: () => {} })
    this.#engine.dispatch({ type: 'trigger', task: entry.info.name, trigger: 'call', ticket, standby: false })
    return this.#follow(run, fn, settle)
  }

  /** Calls the function inside the contexts of the observers, and settles its run with it. */
  #follow(
    run: LiveRun | undefined,
    fn: () => unknown,
    settle: (ok: boolean, error: unknown) => void,
  ): unknown {
    let returned: unknown
    let thrown: { readonly error: unknown } | undefined
    const start = (): void => {
      const before = this.#engine.clock.monotonic()
      try {
        returned = fn()
      } catch (error) {
        thrown = { error }
      }
      if (run) run.syncMs = this.#engine.clock.monotonic() - before
    }
    if (run && this.#engine.observers.wrapsRuns) {
      this.#engine.observers.around(scopeOf(run, undefined), start, run.ended())
    } else start()
    if (thrown) {
      settle(false, thrown.error)
      throw thrown.error
    }
    if (!(returned instanceof Promise)) {
      settle(true, undefined)
      return returned
    }
    returned.then(
      () => settle(true, undefined),
      (error: unknown) => settle(false, error),
    )
    return returned
  }
}

function wrappedName(fn: AnyFunction): unknown {
  return (fn as AnyFunction & { readonly [wraps]?: unknown })[wraps]
}
