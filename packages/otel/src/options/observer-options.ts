import type { Attributes, Link, MeterProvider, SpanKind, TracerProvider } from '@opentelemetry/api'
import type { RunScope, TaskInfo } from '@runwell/core'
import {
  aFunction,
  anObject,
  aWebAddress,
  checkOptions,
  numberFrom,
  type OptionTable,
  oneOf,
  trueOrFalse,
} from '@runwell/core/adapter'

/** Where the exception of a failed run is recorded: as a span event, as a log record, or both. */
export type ExceptionSignal = 'span' | 'log' | 'both'

/** Options of `otelObserver`. All are optional. */
export interface OtelObserverOptions {
  /**
   * Kind of the run spans. Some backends derive request metrics only from `SERVER` and `CONSUMER`.
   *
   * @defaultValue `INTERNAL`
   */
  readonly spanKind?: SpanKind | undefined
  /**
   * Where exceptions are recorded. `'log'` and `'both'` need a logger provider.
   *
   * @defaultValue from `OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN` (`logs`, `logs/dup`), else `'span'`
   */
  readonly exceptions?: ExceptionSignal | undefined
  /**
   * Returns `true` for runs without tracing: neither the run nor anything it calls has a span. Metrics count
   * all runs.
   */
  readonly untraced?: ((task: TaskInfo, scope: RunScope) => boolean) | undefined
  /** Returns your own attributes for the spans of a task. Metrics don't have them. */
  readonly attributes?: ((task: TaskInfo) => Attributes | undefined) | undefined
  /** Returns your own links for the span of a run, for example to the span of a request. */
  readonly links?: ((scope: RunScope) => readonly Link[] | undefined) | undefined
  /**
   * Whether to emit log records of runs that last 10 s and longer. They need a logger provider.
   *
   * @defaultValue `true`
   */
  readonly longRuns?: boolean | undefined
  /**
   * The address of your console, such as `https://shop.example.com/ops`. The spans of a task then link to its
   * page by `url.full`.
   */
  readonly consoleUrl?: string | undefined
  /**
   * Which monitor ticks have a span. `'changes'`: each tick that found a change or requested a restart, and
   * one an hour. `'all'`: each tick. `false`: none.
   *
   * @defaultValue `'changes'`
   */
  readonly monitorSpans?: 'changes' | 'all' | false | undefined
  /** Whether to create spans. @defaultValue `true` */
  readonly spans?: boolean | undefined
  /** Whether to emit metrics. @defaultValue `true` */
  readonly metrics?: boolean | undefined
  /**
   * Above this number of tasks, metrics have totals per category instead of series per task.
   *
   * @defaultValue `2_000`
   */
  readonly maxTasks?: number | undefined
  /**
   * The cardinality limit of your metric reader. A warning is emitted if the tasks need more series.
   *
   * @defaultValue `2_000`, as in the SDK
   */
  readonly cardinalityLimit?: number | undefined
  /**
   * Whether to export the metrics once when the first task starts, so that counters begin at 0.
   *
   * @defaultValue `true`
   */
  readonly exportAtStart?: boolean | undefined
  /** @defaultValue the globally registered provider */
  readonly tracerProvider?: TracerProvider | undefined
  /** @defaultValue the globally registered provider */
  readonly meterProvider?: MeterProvider | undefined
  /** Called with each warning about the set-up or lost data. @defaultValue `process.emitWarning` */
  readonly onWarning?: ((message: string) => void) | undefined
}

const known: OptionTable<OtelObserverOptions> = {
  spanKind: numberFrom(0, 'a SpanKind of @opentelemetry/api: a number'),
  exceptions: oneOf(['span', 'log', 'both']),
  untraced: aFunction,
  attributes: aFunction,
  links: aFunction,
  longRuns: trueOrFalse,
  consoleUrl: aWebAddress,
  monitorSpans: oneOf(['changes', 'all', false]),
  spans: trueOrFalse,
  metrics: trueOrFalse,
  maxTasks: numberFrom(0),
  cardinalityLimit: numberFrom(1),
  exportAtStart: trueOrFalse,
  tracerProvider: anObject,
  meterProvider: anObject,
  onWarning: aFunction,
}

/** @throws {@link InvalidOptionError} for an unknown key or an invalid value */
export function checkObserverOptions(options: OtelObserverOptions): void {
  checkOptions('otelObserver', options, known, '')
}

export type Warn = (message: string) => void
