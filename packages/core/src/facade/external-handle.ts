import { aFunction, anything, check, checkOptions, textUpTo, wholeNumber } from '../base/options.ts'
import { cutText } from '../base/text.ts'
import { toError } from '../base/to-error.ts'
import { type SkipReason, skipReasons } from '../base/words.ts'
import type { KernelEvent } from '../kernel/event.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { LiveRun } from '../shell/live-run.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import type { ExternalTask } from '../task/external.ts'
import { ofTask } from '../task/of-task.ts'
import type { RunContext } from '../task/run-context.ts'
import type { ExternalCall } from './external-call.ts'
import type { TaskControl } from './task-control.ts'
import { TaskHandle } from './task-handle.ts'
import { type AnyFunction, wrapFunction } from './wrap-function.ts'

const aCount = wholeNumber(1, 1_000_000)
const aReason = textUpTo(1_000)
const aSignal = {
  expected: 'an AbortSignal',
  fits: (value: unknown): value is AbortSignal =>
    typeof value === 'object' &&
    value !== null &&
    'aborted' in value &&
    typeof value.aborted === 'boolean' &&
    'addEventListener' in value,
}

function signalFrom(returned: unknown): AbortSignal | undefined {
  return returned === undefined || returned === null ? undefined : check('signal', returned, aSignal)
}

export interface CallsOfHandle {
  begin(record: TaskRecord, input: unknown, signal: AbortSignal | undefined): ExternalCall
  contextOf(record: TaskRecord, call: ExternalCall, signal: AbortSignal | undefined): RunContext
  report(record: TaskRecord, event: KernelEvent): void
  reportMissed(record: TaskRecord, count: number): void
  reportReady(record: TaskRecord, run: LiveRun): void
  setDown(record: TaskRecord, down: { readonly error: string | undefined } | undefined): void
  ask<Value>(record: TaskRecord, what: string, read: () => Value): Value | undefined
}

export class ExternalHandle extends TaskHandle implements ExternalTask {
  readonly #record: TaskRecord
  readonly #externals: CallsOfHandle
  readonly #control: TaskControl
  readonly #wrappers = new WeakMap<AnyFunction, AnyFunction>()
  /** With `expects: loop()`: the run that begins with `up()` and ends with `down()`. */
  #connection: ExternalCall | undefined

  constructor(record: TaskRecord, control: TaskControl, externals: CallsOfHandle) {
    super(record, control)
    this.#record = record
    this.#control = control
    this.#externals = externals
  }

  override get nextRunAt(): number | undefined {
    return super.nextRunAt ?? this.#record.readonlyExtras.host?.nextRunAt()
  }

  begin(input?: unknown, options: { readonly signal?: AbortSignal | undefined } = {}) {
    ofTask(this.name, () => checkOptions('begin', options, { signal: aSignal }))
    const call = this.#externals.begin(this.#record, input, options.signal)
    call.wrapNothing()
    const end = (error?: unknown): void => {
      const isOk = error === undefined || error === null
      call.end(isOk ? { ok: true } : { ok: false, error })
    }
    return { context: this.#externals.contextOf(this.#record, call, options.signal), end }
  }

  run<Result>(
    fn: (context: RunContext) => Result,
    options: { readonly input?: unknown; readonly signal?: AbortSignal | undefined } = {},
  ): Result {
    ofTask(this.name, () => {
      check('fn', fn, aFunction)
      checkOptions('run', options, { input: anything, signal: aSignal })
    })
    const call = this.#externals.begin(this.#record, options.input, options.signal)
    const context = this.#externals.contextOf(this.#record, call, options.signal)
    return call.follow(() => fn(context), true) as Result
  }

  wrap<Fn extends AnyFunction>(
    fn: Fn,
    options: {
      readonly input?: ((...args: Parameters<Fn>) => unknown) | undefined
      readonly signal?: ((...args: Parameters<Fn>) => AbortSignal | undefined) | undefined
    } = {},
  ): Fn {
    ofTask(this.name, () => {
      check('fn', fn, aFunction)
      checkOptions('wrap', options, { input: aFunction, signal: aFunction })
    })
    const known = this.#wrappers.get(fn)
    if (known) return known as Fn
    const { input, signal } = options
    const wrapper = wrapFunction(fn, (body, args, follows) => {
      const given = args as Parameters<Fn>
      const call = this.#externals.begin(
        this.#record,
        input && this.#externals.ask(this.#record, 'input', () => input(...given)),
        signal && this.#externals.ask(this.#record, 'signal', () => signalFrom(signal(...given))),
      )
      return call.follow(body, follows)
    })
    this.#wrappers.set(fn, wrapper)
    this.#wrappers.set(wrapper, wrapper)
    return wrapper
  }

  knows(fn: AnyFunction): boolean {
    return this.#wrappers.has(fn)
  }

  skipped(reason: string, count = 1): void {
    ofTask(this.name, () => {
      check('reason', reason, aReason)
      check('count', count, aCount)
    })
    const known = skipReasons.find((word): word is SkipReason => word === reason)
    const detail = known === undefined ? cutText(reason, 200) : undefined
    const task = this.name
    this.#externals.report(this.#record, {
      type: 'host-skipped',
      task,
      reason: known ?? 'host',
      detail,
      count,
    })
  }

  missed(count = 1): void {
    ofTask(this.name, () => check('count', count, aCount))
    this.#externals.reportMissed(this.#record, count)
  }

  up(): void {
    if (!this.info.schedule.restarts) return this.#externals.setDown(this.#record, undefined)
    const call = this.#connected() ?? this.#connect()
    call.whenLive((run) => this.#externals.reportReady(this.#record, run))
  }

  down(error?: unknown): void {
    const isFailure = error !== undefined && error !== null
    if (!this.info.schedule.restarts)
      return this.#externals.setDown(this.#record, { error: isFailure ? toError(error).message : undefined })
    const connected = this.#connected()
    if (connected === undefined && !isFailure) return
    const call = connected ?? this.#connect()
    this.#connection = undefined
    call.end(isFailure ? { ok: false, error } : { ok: true })
  }

  #connected(): ExternalCall | undefined {
    return this.#connection?.isRefused ? undefined : this.#connection
  }

  #connect(): ExternalCall {
    const call = this.#externals.begin(this.#record, undefined, undefined)
    call.wrapNothing()
    this.#connection = call
    return call
  }

  hostPaused(reason?: string): void {
    if (reason !== undefined) ofTask(this.name, () => check('reason', reason, aReason))
    this.#externals.report(this.#record, { type: 'pause', task: this.name, reason })
  }

  hostResumed(): void {
    this.#externals.report(this.#record, { type: 'resume', task: this.name })
  }

  hostRescheduled(schedule: Schedule): void {
    ofTask(this.name, () => this.#control.hostRescheduled(this.#record, schedule))
  }

  hostRemoved(): Promise<void> {
    return this.#control.hostRemoved(this.#record)
  }
}
