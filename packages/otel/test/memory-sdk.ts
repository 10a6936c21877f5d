import { context, type Link, metrics, propagation, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  type DataPoint,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'

export interface MemorySdkOptions {
  readonly sampler?: Sampler
  readonly temporality?: AggregationTemporality
}

/** An SDK that keeps all spans and metrics in memory and can be registered for this process. */
export class MemorySdk {
  readonly #exporter = new InMemorySpanExporter()
  readonly tracers: BasicTracerProvider
  readonly #metrics: InMemoryMetricExporter
  readonly meters: MeterProvider

  constructor({ sampler, temporality }: MemorySdkOptions = {}) {
    this.tracers = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(this.#exporter)],
      ...(sampler === undefined ? {} : { sampler }),
    })
    this.#metrics = new InMemoryMetricExporter(temporality ?? AggregationTemporality.CUMULATIVE)
    const reader = new PeriodicExportingMetricReader({
      exporter: this.#metrics,
      exportIntervalMillis: 3_600_000,
    })
    this.meters = new MeterProvider({ readers: [reader] })
  }

  register(): this {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(this.tracers)
    metrics.setGlobalMeterProvider(this.meters)
    return this
  }

  /** Ended spans, in the order of their ends. */
  get spans(): ReadableSpan[] {
    return this.#exporter.getFinishedSpans()
  }

  /** The only span with this name. */
  span(name: string): ReadableSpan {
    const found = this.spans.filter((span) => span.name === name)
    const [only] = found
    if (only === undefined || found.length > 1) {
      throw new Error(
        `Expected one span '${name}', got ${found.length} of ${this.spans.map((span) => span.name)}`,
      )
    }
    return only
  }

  /** Collects, and returns the values of one metric by attributes such as `name=mail`; the counts of a histogram. */
  async points(metric: string): Promise<Record<string, number>> {
    const found = await this.series(metric)
    return Object.fromEntries(
      found.map(({ attributes, value }) => [
        labels(attributes),
        typeof value === 'number' ? value : value.count,
      ]),
    )
  }

  /** Collects and returns the points of one metric. */
  async series(
    metric: string,
  ): Promise<DataPoint<number | { count: number; buckets: { boundaries: number[] } }>[]> {
    const descriptor = (await this.collect()).find((data) => data.descriptor.name === metric)
    return (descriptor?.dataPoints ?? []) as never
  }

  async collect() {
    this.#metrics.reset()
    await this.meters.forceFlush()
    return this.#metrics
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
  }

  /** Exports that this class did not request. */
  exported() {
    return this.#metrics.getMetrics()
  }

  /** Lets two readers collect before and after the change that `arrange` returns. Returns the last status metrics. */
  async twoReaders(arrange: (provider: MeterProvider) => () => void) {
    const exporters = [1, 2].map(() => new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE))
    const readers = exporters.map(
      (exporter) => new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 }),
    )
    const change = arrange(new MeterProvider({ readers }))
    for (const reader of readers) await reader.forceFlush()
    change()
    for (const reader of readers) await reader.forceFlush()
    const data = exporters.map((exporter) => {
      const all = exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap(({ metrics: each }) => each)
      const status = all?.find(({ descriptor }) => descriptor.name === 'runwell.task.status')
      const points = status?.dataPoints.map(({ attributes, value }) => [labels(attributes), value]) ?? []
      return { aggregationTemporality: status?.aggregationTemporality, points: Object.fromEntries(points) }
    })
    return { data }
  }

  async scope() {
    this.#metrics.reset()
    await this.meters.forceFlush()
    return this.#metrics.getMetrics()[0]?.scopeMetrics[0]?.scope
  }
}

/** Unregisters everything that was registered in this process. */
export function unregisterAll(): void {
  trace.disable()
  metrics.disable()
  context.disable()
  propagation.disable()
}

/** Returns the links of a span by link type. */
export function linksOf(span: ReadableSpan): Record<string, Link['context']> {
  return Object.fromEntries(
    span.links.map((link) => [String(link.attributes?.['runwell.link.type']), link.context]),
  )
}

export function statusOf(span: ReadableSpan): string {
  const word = SpanStatusCode[span.status.code]
  return span.status.message === undefined ? word : `${word}: ${span.status.message}`
}

function labels(attributes: Record<string, unknown>): string {
  const shown = Object.entries(attributes).map(
    ([key, value]) => `${key.replace(/^runwell\.(task\.)?/, '')}=${value}`,
  )
  return shown.join(',')
}
