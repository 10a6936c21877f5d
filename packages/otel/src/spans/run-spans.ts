import type { Context, HrTime, Span } from '@opentelemetry/api'
import type { EventOf, NextRun, RunResult, RunScope } from '@runwell/core'
import { activeContext, inContext } from '../api-registry.ts'
import { cut } from '../cut.ts'
import { attr } from '../names.ts'
import type { OtelObserverOptions } from '../options.ts'
import { errorType } from '../results.ts'
import { endSpan } from './end-span.ts'
import type { RecordException } from './exceptions.ts'
import { isTelling } from './keep.ts'
import { withSpan } from './light-context.ts'
import { isMade } from './links.ts'
import { LoopSpans } from './loop-spans.ts'
import type { SpanMaker } from './span-maker.ts'
import { withoutTracing } from './untraced.ts'

/** Told of the end of a run, or of a unit. */
export type OnEnded = (scope: RunScope, result: RunResult) => void

/**
 * One root span per run, active while the run lives; for loops the spans of {@link LoopSpans} and one root per unit.
 * `next()` tells how a run ended, also of one that outlives its observer.
 */
export class RunSpans {
  readonly #maker: SpanMaker
  readonly #record: RecordException
  readonly #untraced: OtelObserverOptions['untraced']
  readonly #onEnded: OnEnded
  /** Of the runs that may be tried again, by their id. */
  readonly #retrying = new Map<string, Span>()
  readonly #loops: LoopSpans

  constructor(
    maker: SpanMaker,
    record: RecordException,
    untraced: OtelObserverOptions['untraced'],
    onEnded: OnEnded,
  ) {
    this.#maker = maker
    this.#record = record
    this.#untraced = untraced
    this.#onEnded = onEnded
    this.#loops = new LoopSpans(maker, record)
  }

  get loops(): LoopSpans {
    return this.#loops
  }

  around(scope: RunScope, next: NextRun): void {
    if (this.#isUntraced(scope)) return withoutTracing(() => this.#spanless(scope, next))
    if (scope.unit !== undefined) return this.#unit(scope, scope.unit, next)
    if (scope.task.schedule.restarts) return this.#loops.around(scope, next)
    return this.#run(scope, next)
  }

  retried(event: EventOf<'run.retried'>): void {
    const attributes = {
      [attr.runAttempt]: event.attempt,
      [attr.runRetryDelay]: event.delayMs / 1000,
      'exception.type': errorType(event.error, 'failure'),
      'exception.message': cut(event.error?.message ?? '', 1_024),
    }
    this.#retrying.get(event.runId)?.addEvent('retry', attributes, hrTimeOf(event.at))
  }

  #run(scope: RunScope, next: NextRun): void {
    const active = activeContext()
    const { startedAt } = scope
    const task = scope.task.name
    const span = this.#maker.root(`run ${task}`, scope, active, hrTimeOf(startedAt))
    if (!isMade(span.spanContext())) return this.#spanless(scope, next)

    const mayRetry = scope.retries > 0
    if (mayRetry) this.#retrying.set(scope.runId, span)
    within(active, span, next, (result) => {
      if (mayRetry) this.#retrying.delete(scope.runId)
      try {
        endSpan(span, result, this.#record, { task, at: hrTimeOf(startedAt + result.durationMs) })
      } finally {
        this.#onEnded(scope, result)
      }
    })
  }

  /** For runs without a span of their own. */
  #spanless(scope: RunScope, next: NextRun): void {
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
      ? this.#maker.root(name, scope, active, start)
      : this.#maker.child(name, scope, active, start)
    if (!isMade(span.spanContext())) return this.#spanless(scope, next)

    span.setAttribute(attr.unit, unit)
    within(active, span, next, (result) => {
      endSpan(span, result, this.#record, { task, unit, at: hrTimeOf(startedAt + result.durationMs) })
    })
  }

  #isUntraced(scope: RunScope): boolean {
    const wanted = scope.task.trace
    if (wanted === 'off' || this.#untraced?.(scope.task, scope) === true) return true
    if (typeof wanted !== 'object' || isTelling(scope, this.#maker.healthOf(scope.task.name))) return false
    return Math.random() >= wanted.ratio
  }
}

/**
 * Wall time as spans have it. Those of runs and units begin and last as core has measured it, so that span, history and
 * metric agree; and an SDK reads no clock for them.
 */
function hrTimeOf(wallMs: number): HrTime {
  const seconds = Math.floor(wallMs / 1_000)
  return [seconds, Math.floor((wallMs - seconds * 1_000) * 1e6)]
}

type Listener = (result: RunResult) => void

/** Makes `span` the active one of `active` during `next`, and so the parent of what the run calls. */
function within(active: Context, span: Span, next: NextRun, onEnded: Listener): void {
  inContext<Listener>(withSpan(active, span), next, onEnded)
}
