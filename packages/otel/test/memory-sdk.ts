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

  get spans(): ReadableSpan[] {
    return this.#exporter.getFinishedSpans()
  }

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

  /** The keys are attributes, such as `name=mail`. The value of a histogram is its count. */
  async points(metric: string): Promise<Record<string, number>> {
    const found = await this.series(metric)
    return Object.fromEntries(
      found.map(({ attributes, value }) => [
        labels(attributes),
        typeof value === 'number' ? value : value.count,
      ]),
    )
  }

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

  /** Returns the exports so far. `collect()` and `scope()` discard all earlier exports. */
  exported() {
    return this.#metrics.getMetrics()
  }

  /**
   * Two readers collect before and after a change. Returns the last values of `runwell.task.status` for each reader.
   *
   * @param arrange - returns the function that makes the change
   */
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

export function unregisterAll(): void {
  trace.disable()
  metrics.disable()
  context.disable()
  propagation.disable()
}

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
