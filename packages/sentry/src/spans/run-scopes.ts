import type { Annotations, RunResult, RunScope } from '@runwell/core'
import { activeTrace } from '../sdk/otel-global.ts'
import type { SentryLike, SentryScopeLike, SentrySpanLike } from '../sdk/sentry-like.ts'
import { newTrace, propagationContext, type TraceContext } from '../sdk/trace-context.ts'
import type { RunSpans } from './run-spans.ts'

export interface KnownRun {
  readonly unit: string | undefined
  readonly isolation: SentryScopeLike
  /**
   * The trace of the run's Sentry span. If the run has no Sentry span: the trace that was active at its start, or a
   * new trace.
   */
  trace: TraceContext
  span: SentrySpanLike | undefined
  texts: Annotations
}

/**
 * Gives each run and each unit its own isolation scope. The scope of a run is kept until `run.ended`, because that
 * event is emitted outside of the run's async context.
 */
export class RunScopes {
  readonly #sentry: SentryLike
  readonly #spans: RunSpans
  readonly #runs = new Map<string, KnownRun>()
  /** The active units of each run. Two active units may have the same name. */
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
    // A spawned run starts in the async context of its caller. The caller's span must not become the parent of the
    // run.
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
      // In some set-ups Sentry creates no new scope. `findSetupProblems` warns about that.
      if (isolation === outer) return next()
      const known: KnownRun = {
        unit: scope.unit,
        isolation,
        trace: parent ?? newTrace(),
        span: undefined,
        texts: {},
      }
      const wantsSpan = this.#spans.wants(scope, this.#runs.get(scope.runId)?.span !== undefined)
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
        if (!parent || scope.unit !== undefined) scope.annotate({ trace_id: traceId, span_id: spanId })
      })
    })
  }

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

  /** Returns `undefined` if no unit or several units have this name. */
  find(runId: string, unit: string | undefined): KnownRun | undefined {
    if (unit === undefined) return this.#runs.get(runId)
    const found = this.#units.get(runId)?.filter((known) => known.unit === unit)
    return found?.length === 1 ? found[0] : undefined
  }

  ended(runId: string): void {
    this.#runs.delete(runId)
  }

  /** Removes the entry of a unit when the unit ends, because its run may be a loop that never ends. */
  async #unit(runId: string, known: KnownRun, next: () => Promise<RunResult>): Promise<RunResult> {
    this.#units.set(runId, [...(this.#units.get(runId) ?? []), known])
    const result = await next()
    const left = this.#units.get(runId)?.filter((other) => other !== known) ?? []
    if (left.length > 0) this.#units.set(runId, left)
    else this.#units.delete(runId)
    return result
  }
}

function spanAttributes(annotations: Annotations): Record<string, string> {
  const prefixed = Object.entries(annotations).map(([key, text]) => [
    `runwell.task.run.annotation.${key}`,
    text,
  ])
  return Object.fromEntries(prefixed) as Record<string, string>
}
