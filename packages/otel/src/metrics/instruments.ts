import type {
  Attributes,
  BatchObservableCallback,
  Histogram,
  Meter,
  MeterProvider,
  Observable,
} from '@opentelemetry/api'
import { meterOf } from '../sdk/scope.ts'
import type { Metric } from './metric.ts'
import { metricTable, type ObservedName, type RecordedName } from './table.ts'

export class Instruments {
  readonly #observed = new Map<ObservedName, Observable>()
  readonly #recorded = new Map<RecordedName, Histogram>()
  readonly #meter: Meter
  #callback: BatchObservableCallback | undefined

  constructor(provider: MeterProvider) {
    this.#meter = meterOf(provider)
    for (const metric of metricTable) {
      if (metric.instrument === 'histogram')
        this.#recorded.set(metric.name as RecordedName, this.#histogram(metric))
      else this.#observed.set(metric.name as ObservedName, this.#observable(metric))
    }
  }

  start(read: (sink: { observe: Observe }) => void | Promise<void>): void {
    this.#callback = (result) =>
      read({
        observe: (name, value, attributes) => {
          const instrument = this.#observed.get(name)
          if (instrument !== undefined) result.observe(instrument, value, attributes)
        },
      })
    this.#meter.addBatchObservableCallback(this.#callback, [...this.#observed.values()])
  }

  stop(): void {
    if (this.#callback === undefined) return
    this.#meter.removeBatchObservableCallback(this.#callback, [...this.#observed.values()])
    this.#callback = undefined
  }

  recorded(name: RecordedName): Histogram | undefined {
    return this.#recorded.get(name)
  }

  #histogram({ name, unit, description, buckets }: Metric): Histogram {
    const advice = buckets === undefined ? {} : { explicitBucketBoundaries: [...buckets] }
    return this.#meter.createHistogram(name, { unit, description, advice })
  }

  #observable({ name, instrument, unit, description }: Metric): Observable {
    if (instrument === 'counter') return this.#meter.createObservableCounter(name, { unit, description })
    if (instrument === 'gauge') return this.#meter.createObservableGauge(name, { unit, description })
    return this.#meter.createObservableUpDownCounter(name, { unit, description })
  }
}

type Observe = (name: ObservedName, value: number, attributes: Attributes) => void
