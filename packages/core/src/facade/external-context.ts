import { toMs } from '../base/duration.ts'
import type { Trigger } from '../base/words.ts'
import { readAnnotations } from '../shell/annotation-texts.ts'
import type { ContextCalls } from '../shell/context-calls.ts'
import type { KernelLoop } from '../shell/kernel-loop.ts'
import { LiveRunContext } from '../shell/live-run-context.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import type { StopOptions } from '../shutdown/report.ts'
import type { RunContext } from '../task/run-context.ts'
import type { ExternalCall } from './external-call.ts'

export interface ContextParts {
  readonly kernelLoop: KernelLoop
  readonly contextCalls: ContextCalls
  stop(options: StopOptions | undefined): unknown
}

/** Until the kernel knows the run, `beat()`, `ready()` and `extend()` have no effect. */
export class ExternalContext implements RunContext {
  readonly #parts: ContextParts
  readonly #record: TaskRecord
  readonly #call: ExternalCall
  readonly #given: AbortSignal | undefined
  readonly #startedAt: number
  #live: LiveRunContext | undefined
  #controller: AbortController | undefined

  constructor(parts: ContextParts, record: TaskRecord, call: ExternalCall, given: AbortSignal | undefined) {
    this.#parts = parts
    this.#record = record
    this.#call = call
    this.#given = given
    this.#startedAt = parts.kernelLoop.clock.now()
  }

  #context(): LiveRunContext | undefined {
    const { live } = this.#call
    if (live) this.#live ??= new LiveRunContext(live, this.#parts.contextCalls)
    return this.#live
  }

  /** A run that begins in the synchronous part of another run is known to the kernel only after that part. */
  async #begun(): Promise<LiveRunContext | undefined> {
    if (this.#context() === undefined) await undefined
    return this.#context()
  }

  get task(): RunContext['task'] {
    return this.#parts.contextCalls.taskOf({ record: this.#record })
  }

  get runId(): string {
    return this.#call.live?.runId ?? ''
  }

  get trigger(): Trigger {
    return this.#context()?.trigger ?? 'call'
  }

  get attempt(): number {
    return 1
  }

  get scheduledAt(): Date | undefined {
    return this.#context()?.scheduledAt
  }

  get startedAt(): Date {
    return this.#context()?.startedAt ?? new Date(this.#startedAt)
  }

  get input(): unknown {
    return this.#call.input
  }

  get signal(): AbortSignal {
    const { live } = this.#call
    if (live) return live.signal
    if (this.#controller === undefined) {
      const controller = new AbortController()
      this.#controller = controller
      follow(this.#given, controller)
      this.#call.whenLive((run) => follow(run.signal, controller))
    }
    return this.#controller.signal
  }

  get aborted(): boolean {
    return this.#context()?.aborted ?? this.#given?.aborted ?? false
  }

  get throwIfAborted(): () => void {
    return () => {
      this.#context()?.throwIfAborted()
      if (this.#call.live === undefined) this.#given?.throwIfAborted()
    }
  }

  get beat(): (note?: string) => void {
    return (note) => this.#context()?.beat(note)
  }

  get annotate(): RunContext['annotate'] {
    return (annotations) => {
      const texts = readAnnotations(annotations)
      this.#call.whenLive((run) => run.annotate(texts))
    }
  }

  get ready(): () => void {
    return () => this.#context()?.ready()
  }

  get extend(): RunContext['extend'] {
    return (by) => this.#context()?.extend(by) ?? toMs('extend', by)
  }

  get sleep(): RunContext['sleep'] {
    return async (time) => {
      const context = await this.#begun()
      if (context) return context.sleep(time)
      const ms = toMs('sleep', time)
      await new Promise<void>((resolve) => void this.#parts.kernelLoop.clock.timer(resolve, ms, true))
    }
  }

  get unit(): RunContext['unit'] {
    return async (name, fn) => {
      const context = this.#context() ?? (await this.#begun())
      return context ? context.unit(name, fn) : fn()
    }
  }

  get each(): RunContext['each'] {
    return async (items, fn, options) => {
      const context = await this.#begun()
      if (context) return context.each(items, fn, options)
      let succeeded = 0
      for await (const item of items) {
        await fn(item)
        succeeded += 1
      }
      return { succeeded, failed: 0, cancelled: 0 }
    }
  }

  get stop(): RunContext['stop'] {
    return (options) => void (this.#context() ? this.#context()?.stop(options) : this.#parts.stop(options))
  }
}

function follow(signal: AbortSignal | undefined, controller: AbortController): void {
  if (signal?.aborted) controller.abort(signal.reason)
  else signal?.addEventListener('abort', () => controller.abort(signal.reason), { once: true })
}
