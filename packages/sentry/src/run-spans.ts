import type { Outcome, RunResult, RunScope, TaskInfo } from '@runwell/core'
import { isSentryProvider, otelTracerProvider } from './otel-context.ts'
import { resultOf } from './result.ts'
import type { SentryLike, SentrySpanLike, SentrySpanOptions } from './sentry-like.ts'

/** Whether runs are spans of Sentry's own tracing. */
export type SpansOption =
  /** Where Sentry's tracing is on, and OpenTelemetry doesn't trace the runs already. */
  | 'auto'
  /** Wherever Sentry's tracing is on. Beside OpenTelemetry its spans are the parents. */
  | 'on'
  | 'off'

type Next = () => Promise<RunResult>

/** Makes runs and units root spans of Sentry's tracing. Attributes are named as those of the OpenTelemetry spans. */
export class RunSpans {
  readonly #sentry: SentryLike
  readonly #option: SpansOption

  constructor(sentry: SentryLike, option: SpansOption) {
    this.#sentry = sentry
    this.#option = option
  }

  /** Whether this run should be a span. Asked first, since a span costs much where tracing is off. */
  wants(scope: RunScope): boolean {
    if (this.#option === 'off') return false
    // The generation of a loop would be a span without end.
    if (scope.unit === undefined && scope.task.schedule.restarts) return false
    return this.#mayTrace() && isSampled(scope.task)
  }

  around(scope: RunScope, next: Next, onSpan: (span: SentrySpanLike) => void): Promise<RunResult> {
    return this.#sentry.startSpan(start(scope), async (span) => {
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
    if (this.#option === 'on') return true
    const provider = otelTracerProvider()
    if (provider !== undefined && !isSentryProvider(client, provider)) return false
    // Runs start outside of any span: one that is active was made for this run, by the observer for OpenTelemetry.
    return sentry.getActiveSpan() === undefined
  }
}

function isSampled({ trace }: TaskInfo): boolean {
  if (trace === 'off') return false
  return typeof trace !== 'object' || Math.random() < trace.ratio
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

/** In Sentry's words, which are those of gRPC. */
const statuses: { readonly [Key in Outcome]: { code: 0 | 1 | 2; message?: string } } = {
  succeeded: { code: 1 },
  failed: { code: 2, message: 'internal_error' },
  'timed-out': { code: 2, message: 'deadline_exceeded' },
  cancelled: { code: 2, message: 'cancelled' },
  abandoned: { code: 2, message: 'deadline_exceeded' },
}

function end(span: SentrySpanLike, { outcome, error }: RunResult): void {
  span.setAttributes({ 'runwell.task.run.result': resultOf[outcome], 'error.type': error?.name })
  span.setStatus(statuses[outcome])
}
