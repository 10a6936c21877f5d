import type { Annotations, RunResult, RunScope } from '@runwell/core'
import { activeTrace } from '../sdk/otel-global.ts'
import type { SentryLike, SentryScopeLike, SentrySpanLike } from '../sdk/sentry-like.ts'
import { newTrace, propagationContext, type TraceContext } from '../sdk/trace-context.ts'
import type { RunSpans } from './run-spans.ts'

export interface KnownRun {
  readonly unit: string | undefined
  readonly isolation: SentryScopeLike
  /**
   * If the run or unit has a Sentry span, that span. Otherwise the span that was active when the run or unit started.
   * Without an active span, a new trace.
   */
  trace: TraceContext
  /** The span of the run or unit. `undefined` if Sentry's own tracing does not trace it. */
  span: SentrySpanLike | undefined
  texts: Annotations
}

/**
 * Gives each run and unit its own isolation scope, and keeps the scope and the trace until the run or unit has ended.
 * The supervisor emits `run.ended` outside of the async context of the run. The event of a failure must still contain
 * the tags and breadcrumbs that the app has set during the run.
 */
export class RunScopes {
  readonly #sentry: SentryLike
  readonly #spans: RunSpans
  readonly #runs = new Map<string, KnownRun>()
  /** The active units of each run, by run id. Two active units may have the same name. */
  readonly #units = new Map<string, readonly KnownRun[]>()

  constructor(sentry: SentryLike, spans: RunSpans) {
    this.#sentry = sentry
    this.#spans = spans
  }

  /** @param caller - the span that was active when the run was requested */
  around(
    scope: RunScope,
    next: () => Promise<RunResult>,
    caller: TraceContext | undefined,
  ): Promise<RunResult> {
    const sentry = this.#sentry
    const active = activeTrace(sentry)
    if (active === undefined || active.spanId !== caller?.spanId)
      return this.#isolate(scope, next, active, caller)
    // A spawned run starts in the async context of its caller, so the caller's span is active. That span must not
    // become the parent of the run.
    return sentry.withActiveSpan(null, () => this.#isolate(scope, next, undefined, caller))
  }

  #isolate(
    scope: RunScope,
    next: () => Promise<RunResult>,
    parent: TraceContext | undefined,
    caller: TraceContext | undefined,
  ): Promise<RunResult> {
    const sentry = this.#sentry
    const outer = sentry.getIsolationScope()
    return sentry.withIsolationScope(undefined, (isolation) => {
      // In some set-ups Sentry creates no new scope, so all runs share one. `findSetupProblems` warns about that.
      if (isolation === outer) return next()
      const known: KnownRun = {
        unit: scope.unit,
        isolation,
        trace: parent ?? newTrace(),
        span: undefined,
        texts: {},
      }
      const wantsSpan = this.#spans.wants(scope)
      sentry
        .getCurrentScope()
        .setPropagationContext(propagationContext(known.trace, wantsSpan && parent !== undefined))
      if (scope.unit === undefined) this.#runs.set(scope.runId, known)
      const run = scope.unit === undefined ? next : () => this.#unit(scope.runId, known, next)
      if (!wantsSpan) return run()
      return this.#spans.around(scope, run, caller, (span) => {
        const { traceId, spanId } = span.spanContext()
        known.trace = { traceId, spanId }
        known.span = span
        if (!parent) scope.annotate({ trace_id: traceId, span_id: spanId })
      })
    })
  }

  /**
   * Adds annotations to the span and the isolation scope of a run. So the events that the app itself captures contain
   * them. If the run called `annotate` inside a unit, adds them to the span and the scope of the unit as well. Finds
   * that unit by the active isolation scope.
   */
  annotated({ runId, task }: RunScope, annotations: Annotations): void {
    const run = this.#runs.get(runId)
    if (run === undefined) return
    const current = this.#sentry.getIsolationScope()
    const unit = this.#units.get(runId)?.find(({ isolation }) => isolation === current)
    for (const known of unit === undefined ? [run] : [run, unit]) {
      known.texts = { ...(known === unit ? run.texts : {}), ...known.texts, ...annotations }
      known.isolation.setContext('runwell', { ...known.texts, task: task.name, run_id: runId })
      known.span?.setAttributes(spanAttributes(annotations))
    }
  }

  /** Returns the entry of a run, or of one of its units. Returns `undefined` if no unit or several have this name. */
  find(runId: string, unit: string | undefined): KnownRun | undefined {
    if (unit === undefined) return this.#runs.get(runId)
    const found = this.#units.get(runId)?.filter((known) => known.unit === unit)
    // With several units of the same name the right one is unknown. A scope of the wrong unit is worse than no scope.
    return found?.length === 1 ? found[0] : undefined
  }

  ended(runId: string): void {
    this.#runs.delete(runId)
  }

  /** Runs a unit and then removes its entry. `ended` is too late for that, because a loop may run forever. */
  async #unit(runId: string, known: KnownRun, next: () => Promise<RunResult>): Promise<RunResult> {
    this.#units.set(runId, [...(this.#units.get(runId) ?? []), known])
    const result = await next()
    const left = this.#units.get(runId)?.filter((other) => other !== known) ?? []
    if (left.length > 0) this.#units.set(runId, left)
    else this.#units.delete(runId)
    return result
  }
}

/** Converts annotations to attributes of a span. Uses the same attribute names as `@runwell/otel`. */
function spanAttributes(annotations: Annotations): Record<string, string> {
  const prefixed = Object.entries(annotations).map(([key, text]) => [
    `runwell.task.run.annotation.${key}`,
    text,
  ])
  return Object.fromEntries(prefixed) as Record<string, string>
}
