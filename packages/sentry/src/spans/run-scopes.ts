import type { RunResult, RunScope } from '@runwell/core'
import { activeOtelPlace } from '../sdk/otel-global.ts'
import type { SentryLike, SentryScopeLike } from '../sdk/sentry-like.ts'
import { newPlace, propagation, type TracePlace } from '../sdk/trace-context.ts'
import type { RunSpans } from './run-spans.ts'

/** What Sentry knows of one run, or of one unit in it. */
export interface KnownRun {
  readonly unit: string | undefined
  readonly isolation: SentryScopeLike
  /** Where it is in its trace: the span of whoever traces it, else a place of its own. */
  place: TracePlace
}

/**
 * Gives each run an isolation scope and a trace of its own, and keeps them until the run has ended: events are told
 * outside of the run's async context, and what the app has put on the scope belongs to the run's failure.
 */
export class RunScopes {
  readonly #sentry: SentryLike
  readonly #spans: RunSpans
  readonly #runs = new Map<string, KnownRun>()
  /** A loop may have many units under way, also of one name. */
  readonly #units = new Map<string, readonly KnownRun[]>()

  constructor(sentry: SentryLike, spans: RunSpans) {
    this.#sentry = sentry
    this.#spans = spans
  }

  around(scope: RunScope, next: () => Promise<RunResult>): Promise<RunResult> {
    const sentry = this.#sentry
    const outer = sentry.getIsolationScope()
    return sentry.withIsolationScope(undefined, (isolation) => {
      // Where scopes don't follow async contexts everybody has the same one. `setupFaults` warns of such a set-up.
      if (isolation === outer) return next()
      // An instrumented function may be called within a span; other runs begin in none but one made for them.
      const parent = activeOtelPlace() ?? sentry.getActiveSpan()?.spanContext()
      const known: KnownRun = { unit: scope.unit, isolation, place: parent ?? newPlace() }
      const wantsSpan = this.#spans.wants(scope)
      sentry
        .getCurrentScope()
        .setPropagationContext(propagation(known.place, wantsSpan && parent !== undefined))
      if (scope.unit === undefined) this.#runs.set(scope.runId, known)
      const run = scope.unit === undefined ? next : () => this.#unit(scope.runId, known, next)
      if (!wantsSpan) return run()
      return this.#spans.around(scope, run, (span) => {
        const { traceId, spanId } = span.spanContext()
        known.place = { traceId, spanId }
        if (!parent) scope.annotate({ trace_id: traceId, span_id: spanId })
      })
    })
  }

  /** What is known of a run, or of the one unit of that name in it. */
  find(runId: string, unit: string | undefined): KnownRun | undefined {
    if (unit === undefined) return this.#runs.get(runId)
    const found = this.#units.get(runId)?.filter((known) => known.unit === unit)
    // Of several none: it can't be said which of them is meant, and a wrong scope is worse than none.
    return found?.length === 1 ? found[0] : undefined
  }

  ended(runId: string): void {
    this.#runs.delete(runId)
  }

  /** A loop lives long: its units are forgotten one by one. */
  async #unit(runId: string, known: KnownRun, next: () => Promise<RunResult>): Promise<RunResult> {
    this.#units.set(runId, [...(this.#units.get(runId) ?? []), known])
    const result = await next()
    const left = this.#units.get(runId)?.filter((other) => other !== known) ?? []
    if (left.length > 0) this.#units.set(runId, left)
    else this.#units.delete(runId)
    return result
  }
}
