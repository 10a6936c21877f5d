import { context, type Span, trace } from '@opentelemetry/api'
import type { EventOf, RunResult, RunScope } from '@runwell/core'
import { cut } from '../cut.ts'
import { attr } from '../names.ts'
import type { OtelObserverOptions } from '../options.ts'
import { errorType } from '../results.ts'
import { type Ending, endSpan } from './end-span.ts'
import type { RecordException } from './exceptions.ts'
import { isTelling } from './keep.ts'
import { isMade } from './links.ts'
import { LoopSpans } from './loop-spans.ts'
import type { SpanMaker } from './span-maker.ts'
import { withoutTracing } from './untraced.ts'

type Next = () => Promise<RunResult>

/**
 * One root span per run, active while the run lives; for loops the spans of {@link LoopSpans} and one root per unit.
 *
 * The event tells first that a run has ended. `next()` tells the same a little later, and is what ends the spans of
 * runs that outlive their observer.
 */
export class RunSpans {
  readonly #maker: SpanMaker
  readonly #record: RecordException
  readonly #untraced: OtelObserverOptions['untraced']
  readonly #open = new Map<string, Span>()
  readonly #loops: LoopSpans

  constructor(maker: SpanMaker, record: RecordException, untraced: OtelObserverOptions['untraced']) {
    this.#maker = maker
    this.#record = record
    this.#untraced = untraced
    this.#loops = new LoopSpans(maker, record)
  }

  get loops(): LoopSpans {
    return this.#loops
  }

  around(scope: RunScope, next: Next): Promise<RunResult> {
    if (this.#isUntraced(scope)) return withoutTracing(next)
    if (scope.unit !== undefined) return this.#unit(scope, scope.unit, next)
    if (scope.task.schedule.kind === 'loop') return this.#loops.around(scope, next)
    return this.#run(scope, next)
  }

  retried(event: EventOf<'run.retried'>): void {
    this.#open.get(event.runId)?.addEvent('retry', {
      [attr.runAttempt]: event.attempt,
      [attr.runRetryDelay]: event.delayMs / 1000,
      'exception.type': errorType(event.error, 'failure'),
      'exception.message': cut(event.error?.message ?? '', 1_024),
    })
  }

  ended(event: EventOf<'run.ended'>): void {
    if (this.#loops.ended(event)) return
    this.#end(event.runId, event, event.task)
  }

  #run(scope: RunScope, next: Next): Promise<RunResult> {
    const span = this.#maker.root(`run ${scope.task.name}`, scope)
    if (!isMade(span.spanContext())) return next()

    this.#open.set(scope.runId, span)
    const running = within(span, next)
    const end = (result: RunResult): void => this.#end(scope.runId, result, scope.task.name)
    running.then(end, () => {}) // it never rejects
    return running
  }

  #end(runId: string, ending: Ending, task: string): void {
    const span = this.#open.get(runId)
    if (span === undefined) return
    this.#open.delete(runId)
    endSpan(span, ending, this.#record, { [attr.taskName]: task })
  }

  #unit(scope: RunScope, unit: string, next: Next): Promise<RunResult> {
    const name = `unit ${scope.task.name} ${unit}`
    const isLoop = scope.task.schedule.kind === 'loop'
    const span = isLoop ? this.#maker.root(name, scope) : this.#maker.child(name, scope)
    if (!isMade(span.spanContext())) return next()

    span.setAttribute(attr.unit, unit)
    const running = within(span, next)
    const about = { [attr.taskName]: scope.task.name, [attr.unit]: unit }
    const end = (result: RunResult): void => endSpan(span, result, this.#record, about)
    running.then(end, () => {}) // it never rejects
    return running
  }

  #isUntraced(scope: RunScope): boolean {
    const wanted = scope.task.trace
    if (wanted === 'off' || this.#untraced?.(scope.task, scope) === true) return true
    if (typeof wanted !== 'object' || isTelling(scope, this.#maker.healthOf(scope.task.name))) return false
    return Math.random() >= wanted.ratio
  }
}

/** Makes `span` the active one during `next`, and so the parent of what the run calls. */
function within(span: Span, next: Next): Promise<RunResult> {
  return context.with(trace.setSpan(context.active(), span), next)
}
