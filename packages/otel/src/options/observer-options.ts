import type { Attributes, Link, MeterProvider, SpanKind, TracerProvider } from '@opentelemetry/api'
import type { RunScope, TaskInfo } from '@runwell/core'
import {
  aFunction,
  aWebAddress,
  checkOptions,
  numberFrom,
  type OptionTable,
  oneOf,
  takes,
  trueOrFalse,
  wholeNumber,
} from '@runwell/core/adapter'

/** Where the exception of a failed run is recorded: as a span event, as a log record, or both. */
export type ExceptionSignal = 'span' | 'log' | 'both'

/** Options of `otelObserver`. All are optional. */
export interface OtelObserverOptions {
  /**
   * The kind of the spans of runs and units. Some backends compute request metrics only from the kinds `SERVER` and
   * `CONSUMER`.
   *
   * @defaultValue `INTERNAL`
   */
  readonly spanKind?: SpanKind | undefined
  /**
   * Where exceptions are recorded. `'log'` and `'both'` need a logger provider.
   *
   * @defaultValue set by `OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN`: `logs` means `'log'`, `logs/dup` means `'both'`. If
   * the variable is not set, `'span'`.
   */
  readonly exceptions?: ExceptionSignal | undefined
  /**
   * Returns `true` for runs and units without tracing. Then there is no span of the run or unit, and no span of the
   * code that it calls. Metrics count all runs.
   */
  readonly untraced?: ((task: TaskInfo, scope: RunScope) => boolean) | undefined
  /**
   * Returns your own attributes for the spans of a task. The observer reuses the result for later spans of the task.
   * Metrics do not get these attributes.
   */
  readonly attributes?: ((task: TaskInfo) => Attributes | undefined) | undefined
  /**
   * Returns your own links for the spans of runs, of the starts of loops, and of the units of loops. For example, a
   * link to the span of a request.
   */
  readonly links?: ((scope: RunScope) => readonly Link[] | undefined) | undefined
  /**
   * Whether to emit log records about runs that last 10 s or longer. Runs of loops have no such records. The records
   * need a logger provider.
   *
   * @defaultValue `true`
   */
  readonly longRuns?: boolean | undefined
  /**
   * The address of your console, such as `https://shop.example.com/ops`. The spans of a task then have the attribute
   * `url.full`: a link to the page of the task.
   */
  readonly consoleUrl?: string | undefined
  /**
   * Which monitor ticks have a span. At each tick, the supervisor counts its tasks by state and health. `'changes'`:
   * ticks that found a changed state or health, or a restart that a health rule has requested, and at least one tick
   * an hour. The start or end of a run alone does not count as a change. `'all'`: all ticks. `false`: no ticks.
   *
   * @defaultValue `'changes'`
   */
  readonly monitorSpans?: 'changes' | 'all' | false | undefined
  /** Whether to create spans. @defaultValue `true` */
  readonly spans?: boolean | undefined
  /** Whether to emit metrics. @defaultValue `true` */
  readonly metrics?: boolean | undefined
  /**
   * Up to this number of tasks, each task has its own series. If there are ever more tasks, metrics only have totals
   * per category from then on.
   *
   * @defaultValue `2_000`
   */
  readonly maxTasks?: number | undefined
  /**
   * The cardinality limit of your metric reader. If the tasks need more series, the observer emits a warning.
   *
   * @defaultValue `2_000`, as in the SDK; with `startTelemetry`, its option `cardinalityLimit`
   */
  readonly cardinalityLimit?: number | undefined
  /**
   * Whether to export the metrics once when the first task starts, so that counters begin at 0.
   *
   * @defaultValue `true`
   */
  readonly exportAtStart?: boolean | undefined
  /** The provider that creates the spans. @defaultValue the globally registered provider */
  readonly tracerProvider?: TracerProvider | undefined
  /** The provider that creates the metrics. @defaultValue the globally registered provider */
  readonly meterProvider?: MeterProvider | undefined
  /**
   * Called with each warning about the set-up or about lost data.
   *
   * @defaultValue `process.emitWarning`; with `startTelemetry`, its option `onWarning`
   */
  readonly onWarning?: ((message: string) => void) | undefined
}

function having<Value>(method: keyof Value & string) {
  return takes<Value>(
    `an object with a method ${method}()`,
    (value) => typeof (value as Partial<Value> | null)?.[method] === 'function',
  )
}

const known: OptionTable<OtelObserverOptions> = {
  spanKind: takes<SpanKind>(
    'a SpanKind of @opentelemetry/api: a whole number from 0 to 4',
    wholeNumber(0, 4).fits,
  ),
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
  tracerProvider: having<TracerProvider>('getTracer'),
  meterProvider: having<MeterProvider>('getMeter'),
  onWarning: aFunction,
}

export function checkObserverOptions(options: OtelObserverOptions): void {
  checkOptions('otelObserver', options, known, '')
}

export type Warn = (message: string) => void
