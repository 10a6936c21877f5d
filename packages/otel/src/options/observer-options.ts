import type { Attributes, Link, MeterProvider, SpanKind, TracerProvider } from '@opentelemetry/api'
import type { RunScope, TaskInfo } from '@runwell/core'
import {
  aFunction,
  anObject,
  checkOptions,
  numberFrom,
  oneOf,
  type Takes,
  trueOrFalse,
} from './check-options.ts'

/** Where the exception of a failed run is recorded: as an event of its span, as a log record, or both. */
export type ExceptionSignal = 'span' | 'log' | 'both'

/** Options of `otelObserver`. All have defaults that need no thought. */
export interface OtelObserverOptions {
  /** Kind of the run spans. Some back ends derive request metrics from `SERVER` and `CONSUMER` alone. @defaultValue `INTERNAL` */
  readonly spanKind?: SpanKind | undefined
  /**
   * Where exceptions go. `log` needs a logger provider.
   * @defaultValue what `OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN` says (`logs`, `logs/dup`), else `'span'`
   */
  readonly exceptions?: ExceptionSignal | undefined
  /**
   * Says which runs have no span at all, and none of what they call either: for very frequent tasks. Tasks may say so
   * themselves, with `trace: 'off'` or `trace: { ratio }`. Metrics count all runs.
   */
  readonly untraced?: ((info: TaskInfo, scope: RunScope) => boolean) | undefined
  /** Attributes of your own for the spans of a task. Asked once per task. They never reach metrics. */
  readonly attributes?: ((info: TaskInfo) => Attributes | undefined) | undefined
  /** Links of your own for the span of a run, for instance to what caused it. */
  readonly links?: ((scope: RunScope) => readonly Link[] | undefined) | undefined
  /** Which monitor ticks have a span: those that saw a change (and one an hour), all, or none. @defaultValue `'changes'` */
  readonly monitorSpans?: 'changes' | 'all' | 'off' | undefined
  /** @defaultValue `true` */
  readonly spans?: boolean | undefined
  /** @defaultValue `true` */
  readonly metrics?: boolean | undefined
  /** Beyond so many tasks there are no series per task, only totals per category. @defaultValue `2_000` */
  readonly maxTasks?: number | undefined
  /** How many series per instrument the metric reader keeps; beyond it you are told, once. @defaultValue `2_000`, as in the SDK */
  readonly cardinalityLimit?: number | undefined
  /**
   * Exports the metrics once when the first task is armed, so that a counter is seen at 0 before it is seen at 1.
   * @defaultValue `true`
   */
  readonly exportAtStart?: boolean | undefined
  /** In place of the globally registered one. */
  readonly tracerProvider?: TracerProvider | undefined
  /** In place of the globally registered one. */
  readonly meterProvider?: MeterProvider | undefined
  /** Told, in one sentence each and once each, what is wrong with the set-up. @defaultValue `process.emitWarning` */
  readonly warn?: ((sentence: string) => void) | undefined
}

const known: Readonly<Record<keyof OtelObserverOptions, Takes>> = {
  spanKind: numberFrom(0, 'a SpanKind of @opentelemetry/api, a number'),
  exceptions: oneOf('span', 'log', 'both'),
  untraced: aFunction,
  attributes: aFunction,
  links: aFunction,
  monitorSpans: oneOf('changes', 'all', 'off'),
  spans: trueOrFalse,
  metrics: trueOrFalse,
  maxTasks: numberFrom(0),
  cardinalityLimit: numberFrom(1),
  exportAtStart: trueOrFalse,
  tracerProvider: anObject,
  meterProvider: anObject,
  warn: aFunction,
}

/** @throws {@link InvalidOptionError} */
export function checkObserverOptions(options: OtelObserverOptions): void {
  checkOptions('otelObserver', options, known)
}

/** Says a sentence to whoever runs the process. */
export type Warn = (sentence: string) => void

export function emitWarning(sentence: string): void {
  process.emitWarning(sentence, 'RunwellWarning')
}
