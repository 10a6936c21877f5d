import type { Annotations, RunResult, RunScope } from '@runwell/core'
import { activeTrace } from '../sdk/otel-global.ts'
import type { SentryLike, SentryScopeLike, SentrySpanLike } from '../sdk/sentry-like.ts'
import { newTrace, propagationContext, type TraceContext } from '../sdk/trace-context.ts'
import type { RunSpans } from './run-spans.ts'

/** The Sentry state of one run, or of one unit in it. */
export interface KnownRun {
  readonly unit: string | undefined
  readonly isolation: SentryScopeLike
  /** The span in Sentry's own tracing, else the span that was active when the run or unit started, else a new trace. */
  trace: TraceContext
  /** The span of the run or unit in Sentry's own tracing. */
  span: SentrySpanLike | undefined
  texts: Annotations
}

/**
 * Gives each run and unit its own isolation scope, and keeps that scope and the trace until the run or unit has ended.
 * Events are emitted outside of the run's async context, but a failure must include what the app has set on the scope.
 */
export class RunScopes {
  readonly #sentry: SentryLike
  readonly #spans: RunSpans
  readonly #runs = new Map<string, KnownRun>()
  /** The active units of each run. A loop may have many, even with the same name. */
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
    // Spawned work starts in the context of its caller, so the caller's span is active. It must not become the parent.
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
      // A run can't be isolated if all runs share one scope. `findSetupProblems` warns about that.
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
   * Adds annotations of a run to its span, and to its isolation scope, so that the app's own events contain them.
   * Called in the async context in which the run called `annotate`. If that is inside a unit, they are added to the
   * span and the scope of the unit as well.
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

  /** Returns the state of a run, or of a unit if its name is unique in the run. */
  find(runId: string, unit: string | undefined): KnownRun | undefined {
    if (unit === undefined) return this.#runs.get(runId)
    const found = this.#units.get(runId)?.filter((known) => known.unit === unit)
    // With several units of one name the right one is unknown, and a wrong scope is worse than none.
    return found?.length === 1 ? found[0] : undefined
  }

  ended(runId: string): void {
    this.#runs.delete(runId)
  }

  /** Removes each unit when it ends, since a loop may never end. */
  async #unit(runId: string, known: KnownRun, next: () => Promise<RunResult>): Promise<RunResult> {
    this.#units.set(runId, [...(this.#units.get(runId) ?? []), known])
    const result = await next()
    const left = this.#units.get(runId)?.filter((other) => other !== known) ?? []
    if (left.length > 0) this.#units.set(runId, left)
    else this.#units.delete(runId)
    return result
  }
}

/** Returns annotations as attributes, with the same keys as on the spans of `@runwell/otel`. */
function spanAttributes(annotations: Annotations): Record<string, string> {
  const prefixed = Object.entries(annotations).map(([key, text]) => [
    `runwell.task.run.annotation.${key}`,
    text,
  ])
  return Object.fromEntries(prefixed) as Record<string, string>
}
