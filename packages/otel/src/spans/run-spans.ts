import type { Context, Span, SpanContext } from '@opentelemetry/api'
import type { EventOf, NextRun, RunResult, RunScope } from '@runwell/core'
import { cutText } from '@runwell/core/adapter'
import { attr } from '../base/attribute-keys.ts'
import { hrTimeOf } from '../base/hr-time.ts'
import { errorType } from '../base/results.ts'
import { toSeconds } from '../base/seconds.ts'
import type { OtelObserverOptions } from '../options/observer-options.ts'
import { activeContext, inContext } from '../sdk/api-registry.ts'
import { isAlwaysSampled } from './always-sampled.ts'
import { endSpan } from './end-span.ts'
import type { RecordException } from './exceptions.ts'
import { withSpan, withUnit } from './fast-context.ts'
import { isFromSdk, spanContextOf } from './links.ts'
import { LoopSpans } from './loop-spans.ts'
import type { RunTexts } from './run-texts.ts'
import type { SpanFactory } from './span-factory.ts'
import { suppressTracing } from './suppress-tracing.ts'

export type OnEnded = (scope: RunScope, result: RunResult, span?: SpanContext) => void

/**
 * Creates one root span per run. The span is active during the run. Units have child spans. A loop has the spans of
 * {@link LoopSpans}, and one root span per unit.
 */
export class RunSpans {
  readonly #factory: SpanFactory
  readonly #record: RecordException
  readonly #untraced: OtelObserverOptions['untraced']
  readonly #texts: RunTexts
  readonly #onEnded: OnEnded
  readonly #retrying = new Map<string, Span>()
  readonly #loops: LoopSpans

  constructor(
    factory: SpanFactory,
    record: RecordException,
    untraced: OtelObserverOptions['untraced'],
    texts: RunTexts,
    onEnded: OnEnded,
  ) {
    this.#factory = factory
    this.#record = record
    this.#untraced = untraced
    this.#texts = texts
    this.#onEnded = onEnded
    this.#loops = new LoopSpans(factory, record, texts)
  }

  get loops(): LoopSpans {
    return this.#loops
  }

  around(scope: RunScope, next: NextRun, caller: Span | undefined): void {
    if (this.#isUntraced(scope)) return suppressTracing(() => this.#withoutSpan(scope, next))
    if (scope.unit !== undefined) return this.#unit(scope, scope.unit, next)
    if (scope.task.schedule.restarts) return this.#loops.around(scope, next, caller)
    return this.#run(scope, next, caller)
  }

  retried(event: EventOf<'run.retried'>): void {
    const attributes = {
      [attr.runAttempt]: event.attempt,
      [attr.runRetryDelay]: toSeconds(event.delayMs),
      'exception.type': errorType(event.error, 'failure'),
      'exception.message': cutText(event.error?.message ?? '', 1_024),
    }
    this.#retrying.get(event.runId)?.addEvent('retry', attributes, hrTimeOf(event.at))
  }

  #run(scope: RunScope, next: NextRun, caller: Span | undefined): void {
    const active = activeContext()
    const { startedAt } = scope
    const task = scope.task.name
    const span = this.#factory.root(`run ${task}`, scope, active, caller, hrTimeOf(startedAt))
    const spanContext = span.spanContext()
    if (!isFromSdk(spanContext)) return this.#withoutSpan(scope, next)

    const mayRetry = scope.retries > 0
    if (mayRetry) this.#retrying.set(scope.runId, span)
    within(active, span, next, (result) => {
      if (mayRetry) this.#retrying.delete(scope.runId)
      try {
        const at = hrTimeOf(startedAt + result.durationMs)
        endSpan(span, result, this.#record, { task, at }, this.#texts.ofRun(scope.runId))
      } finally {
        this.#onEnded(scope, result, spanContext)
      }
    })
  }

  #withoutSpan(scope: RunScope, next: NextRun): void {
    next((result) => this.#onEnded(scope, result))
  }

  #unit(scope: RunScope, unit: string, next: NextRun): void {
    const { startedAt } = scope
    const task = scope.task.name
    const name = `unit ${task} ${unit}`
    const isLoop = scope.task.schedule.restarts
    const active = activeContext()
    const start = hrTimeOf(startedAt)
    const span = isLoop
      ? this.#factory.root(name, scope, active, undefined, start)
      : this.#factory.child(name, scope, active, start)
    if (!isFromSdk(span.spanContext())) return this.#withoutSpan(scope, next)

    const traced = { runId: scope.runId, texts: undefined }
    within(withUnit(active, traced), span, next, (result) => {
      const at = hrTimeOf(startedAt + result.durationMs)
      endSpan(span, result, this.#record, { task, unit, at }, this.#texts.ofUnit(traced))
    })
  }

  #isUntraced(scope: RunScope): boolean {
    const option = scope.task.trace
    if (option === 'off' || this.#untraced?.(scope.task, scope) === true) return true
    if (typeof option !== 'object') return false
    // A unit outside of a loop has a child span, so the unit is traced if its run is traced.
    if (scope.unit !== undefined && !scope.task.schedule.restarts)
      return spanContextOf(scope.parent) === undefined
    if (isAlwaysSampled(scope, this.#factory.healthOf(scope.task.name))) return false
    return Math.random() >= option.ratio
  }
}

type Listener = (result: RunResult) => void

function within(active: Context, span: Span, next: NextRun, onEnded: Listener): void {
  inContext<Listener>(withSpan(active, span), next, onEnded)
}
