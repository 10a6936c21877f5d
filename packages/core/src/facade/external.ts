import { toError } from '../base/to-error.ts'
import type { KernelEvent } from '../kernel/event.ts'
import { isHostUp } from '../kernel/host.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import { HostCalls } from '../shell/host-calls.ts'
import type { LiveRun } from '../shell/live-run.ts'
import type { SlotFeed } from '../shell/slot-feed.ts'
import { isOfWall } from '../shell/slot-planner.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import type { ExternalOptions } from '../task/external.ts'
import { resolveExternal } from '../task/resolve-external.ts'
import type { RunContext } from '../task/run-context.ts'
import { type CallParts, ExternalCall } from './external-call.ts'
import { type ContextParts, ExternalContext } from './external-context.ts'
import { type CallsOfHandle, ExternalHandle } from './external-handle.ts'
import type { Registry } from './registry.ts'
import type { TaskControl } from './task-control.ts'
import type { AnyFunction } from './wrap-function.ts'

interface ExternalParts extends CallParts, ContextParts {
  readonly registry: Registry
  readonly control: TaskControl
  readonly slots: SlotFeed
  readonly warnings: ConsoleWarnings
}

export class Externals implements CallsOfHandle {
  readonly #parts: ExternalParts

  constructor(parts: ExternalParts) {
    this.#parts = parts
  }

  add(where: string, options: ExternalOptions): ExternalHandle {
    const { registry, control, kernelLoop, warnings } = this.#parts
    const { task, control: host } = resolveExternal(where, options)
    const record = registry.add(task, (made) => {
      made.extras.host = new HostCalls(kernelLoop.clock, warnings, made, host)
      made.handle = new ExternalHandle(made, control, this)
    })
    return record.handle as ExternalHandle
  }

  instrument<Fn extends AnyFunction>(options: ExternalOptions, fn: Fn): Fn {
    const known = this.#known(options)
    const handle = known?.knows(fn) ? known : this.add('instrument', options)
    return handle.wrap(fn)
  }

  #known(options: unknown): ExternalHandle | undefined {
    try {
      const { name } = options as ExternalOptions
      const handle = this.#parts.kernelLoop.records.get(name)?.handle
      return handle instanceof ExternalHandle ? handle : undefined
    } catch {
      return undefined // The options are invalid. `add` throws the error.
    }
  }

  begin(record: TaskRecord, input: unknown, signal: AbortSignal | undefined): ExternalCall {
    const { kernelLoop } = this.#parts
    const asked = record.readonlyExtras.host?.takeTrigger()
    const call = new ExternalCall(this.#parts, record, asked, input)
    const { phase } = kernelLoop.kernel
    if (phase === 'stopped' || (phase === 'stopping' && !isHostUp(record.state))) {
      record.metrics.countAfterQuiet()
      asked?.answer({ started: false, reason: 'stopping' })
    } else if (!record.isRegistered) {
      // No run begins, because a new task may already have the name of the unregistered one.
      asked?.answer({ started: false, reason: 'unregistered' })
    } else {
      if (record.state.host) this.#decideDue(record)
      call.begin()
      if (signal) call.abortWith(signal)
    }
    return call
  }

  contextOf(record: TaskRecord, call: ExternalCall, signal: AbortSignal | undefined): RunContext {
    return new ExternalContext(this.#parts, record, call, signal)
  }

  report(record: TaskRecord, event: KernelEvent): void {
    if (!record.isRegistered) return
    if (record.state.host) this.#decideDue(record)
    this.#parts.kernelLoop.dispatch(event)
  }

  reportMissed(record: TaskRecord, count: number): void {
    const { wall, mono } = this.#parts.kernelLoop.now()
    const at = isOfWall(record) ? wall : mono
    this.report(record, { type: 'host-missed', task: record.info.name, count, at })
  }

  reportReady(record: TaskRecord, run: LiveRun): void {
    this.#parts.kernelLoop.dispatch({
      type: 'ready',
      task: record.info.name,
      run: run.state.id,
      how: 'ready',
    })
  }

  /** @param down - `undefined` means that the connection is up again */
  setDown(record: TaskRecord, down: { readonly error: string | undefined } | undefined): void {
    const { hostDown } = record.readonlyExtras
    if (down === undefined) record.extras.hasBeenUp = true
    if (!record.isRegistered || (down === undefined && hostDown === undefined)) return
    const { kernelLoop } = this.#parts
    kernelLoop.batch(() => {
      const sinceAwake = hostDown?.sinceAwake ?? kernelLoop.clock.awake()
      record.extras.hostDown = down && { sinceAwake, error: down.error ?? hostDown?.error }
      record.mustJudge = true
      kernelLoop.touch(record)
    })
  }

  ask<Value>(record: TaskRecord, what: string, read: () => Value): Value | undefined {
    try {
      return read()
    } catch (error) {
      this.#parts.warnings.add(
        `Task '${record.info.name}': the option ${what} of wrap() failed`,
        toError(error),
      )
      return undefined
    }
  }

  /** A host may report a run before the supervisor's timer for the slot has fired. Then the slot is handled now. */
  #decideDue(record: TaskRecord): void {
    const { kernelLoop, slots } = this.#parts
    if (kernelLoop.kernel.phase === 'new' || kernelLoop.hasToWait()) return
    if (isOfWall(record)) kernelLoop.lookAtClock()
    const now = kernelLoop.now()
    if (record.state.slotDueAt <= now.mono) kernelLoop.batch(() => slots.onDue(record, now))
  }
}
