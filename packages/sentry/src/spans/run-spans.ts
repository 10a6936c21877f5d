import type { Outcome, RunResult, RunScope, TaskInfo } from '@runwell/core'
import { errorName } from '@runwell/core/adapter'
import { resultOf } from '../base/run-result.ts'
import { isSentryProvider, otelTracerProvider } from '../sdk/otel-global.ts'
import type { SentryLike, SentrySpanLike, SentrySpanOptions } from '../sdk/sentry-like.ts'
import { annotatedTrace, type TraceContext } from '../sdk/trace-context.ts'

/**
 * Whether runs become spans of Sentry's own tracing. A run of a loop never becomes a span, but its units do. If the
 * option `trace` of a task is a ratio, the ratio applies to all runs of the task, even after a failure. In a loop, it
 * applies to each unit.
 */
export type SpansOption =
  /**
   * Runs become spans if Sentry's tracing is on, the app has registered no other OpenTelemetry SDK for spans, and no
   * span is active when the run begins. For example, `otelObserver` makes its own span active.
   */
  | 'auto'
  /**
   * `true`: runs become spans whenever Sentry's tracing is on, even if OpenTelemetry also traces the runs. `false`:
   * runs never become spans.
   */
  | boolean

type Next = () => Promise<RunResult>

export class RunSpans {
  readonly #sentry: SentryLike
  readonly #option: SpansOption

  constructor(sentry: SentryLike, option: SpansOption) {
    this.#sentry = sentry
    this.#option = option
  }

  /**
   * If this returns `false`, do not call `around`: `around` is slow even if tracing is off.
   *
   * @param isRunTraced - for a unit: whether its run has a span
   */
  wants({ task, unit }: RunScope, isRunTraced: boolean): boolean {
    if (this.#option === false) return false
    // A run of a loop may never end, so it gets no span.
    if (unit === undefined && task.schedule.restarts) return false
    if (!this.#mayTrace()) return false
    // Outside of a loop, the ratio has already been applied to the run of the unit.
    if (typeof task.trace === 'object' && unit !== undefined && !task.schedule.restarts) return isRunTraced
    return isSampled(task)
  }

  around(
    scope: RunScope,
    next: Next,
    caller: TraceContext | undefined,
    onSpan: (span: SentrySpanLike) => void,
  ): Promise<RunResult> {
    return this.#sentry.startSpan({ ...start(scope), ...linksOf(scope, caller) }, async (span) => {
      onSpan(span)
      const result = await next()
      end(span, result)
      return result
    })
  }

  #mayTrace(): boolean {
    const sentry = this.#sentry
    const client = sentry.getClient()
    const { tracesSampleRate, tracesSampler } = (client?.getOptions() ?? {}) as {
      tracesSampleRate?: number
      tracesSampler?: unknown
    }
    if (tracesSampleRate === undefined && tracesSampler === undefined) return false
    if (this.#option === true) return true
    const provider = otelTracerProvider()
    if (provider !== undefined && !isSentryProvider(client, provider)) return false
    // An active span comes from `otelObserver`, from the caller of an external task or, for a unit, from its run.
    // Then this class creates no second span.
    return sentry.getActiveSpan() === undefined
  }
}

function isSampled({ trace }: TaskInfo): boolean {
  if (trace === 'off') return false
  return typeof trace !== 'object' || Math.random() < trace.ratio
}

function linksOf(
  { takesOver }: RunScope,
  caller: TraceContext | undefined,
): Pick<SentrySpanOptions, 'links'> {
  const links = [
    ...linkTo(caller, 'trigger'),
    ...linkTo(annotatedTrace(takesOver?.annotations), 'earlier_attempt'),
  ]
  return links.length === 0 ? {} : { links }
}

function linkTo(to: TraceContext | undefined, type: string): NonNullable<SentrySpanOptions['links']> {
  if (to?.spanId === undefined) return []
  const { traceId, spanId, traceFlags = 0 } = to
  return [{ context: { traceId, spanId, traceFlags }, attributes: { 'runwell.link.type': type } }]
}

function start(scope: RunScope): SentrySpanOptions {
  const { task, unit, scheduledAt, latenessMs } = scope
  return {
    name: unit === undefined ? `run ${task.name}` : `unit ${task.name} ${unit}`,
    op: unit === undefined ? 'runwell.run' : 'runwell.unit',
    parentSpan: null,
    forceTransaction: true,
    attributes: {
      'runwell.task.name': task.name,
      'runwell.task.owner': task.owner,
      'runwell.task.category': task.category,
      'runwell.task.priority': task.priority,
      'runwell.task.schedule': task.schedule.text,
      'runwell.task.run.id': scope.runId,
      'runwell.task.trigger': scope.trigger,
      'runwell.task.run.attempt': scope.attempt,
      'runwell.task.unit': unit,
      'runwell.task.scheduled_time':
        scheduledAt === undefined ? undefined : new Date(scheduledAt).toISOString(),
      'runwell.task.schedule.lag': latenessMs === undefined ? undefined : latenessMs / 1000,
    },
  }
}

/** The messages are status names of gRPC, because Sentry expects them. */
const statuses: { readonly [Key in Outcome]: { code: 0 | 1 | 2; message?: string } } = {
  succeeded: { code: 1 },
  failed: { code: 2, message: 'internal_error' },
  'timed-out': { code: 2, message: 'deadline_exceeded' },
  cancelled: { code: 2, message: 'cancelled' },
  abandoned: { code: 2, message: 'deadline_exceeded' },
}

function end(span: SentrySpanLike, { outcome, error }: RunResult): void {
  span.setAttributes({
    'runwell.task.run.result': resultOf[outcome],
    'error.type': error && errorName(error),
  })
  span.setStatus(statuses[outcome])
}
