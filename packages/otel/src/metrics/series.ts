import type { Attributes } from '@opentelemetry/api'
import { toSeconds } from '../base/seconds.ts'
import type { ObservedName } from './table.ts'

export interface Sink {
  observe(name: ObservedName, value: number, attributes: Attributes): void
  /**
   * True if the series may never be collected again. Then a new counter is emitted with its value at once, not first
   * as 0.
   */
  readonly isLast?: boolean
}

interface Point {
  readonly name: ObservedName
  readonly attributes: Attributes
  readonly isCounter: boolean
  value: number
  collect: number
}

/**
 * The series of one task, category or supervisor.
 *
 * SDKs repeat the last value of a series forever. So `end()` emits 0 for each series that got no value in a
 * collection. Counters are the exception: they keep their value.
 *
 * A new counter is emitted as 0 first: `increase()` in Prometheus ignores the first value of a series.
 */
export class Series {
  readonly #base: Attributes
  readonly #points = new Map<string, Point>()
  #collect = 0

  constructor(base: Attributes) {
    this.#base = base
  }

  get hasPoints(): boolean {
    return this.#points.size > 0
  }

  counter(sink: Sink, name: ObservedName, value: number, key?: string, word?: string): void {
    this.#see(sink, true, name, value, key, word)
  }

  /** If `value` is `undefined`, the series falls to 0. */
  gauge(sink: Sink, name: ObservedName, value: number | undefined, key?: string, word?: string): void {
    if (value !== undefined) this.#see(sink, false, name, value, key, word)
  }

  timestamp(sink: Sink, name: ObservedName, at: number | undefined, key?: string, word?: string): void {
    if (at !== undefined) this.#see(sink, false, name, toSeconds(at), key, word)
  }

  /** Emits a series with several attributes. `identity` distinguishes the series of one metric. */
  labelled(sink: Sink, name: ObservedName, value: number, identity: string, labels: () => Attributes): void {
    const key = `${name}|${identity}`
    const known = this.#points.get(key)
    const point = known ?? this.#make(key, false, name, { ...this.#base, ...labels() })
    this.#emit(sink, point, value)
  }

  end(sink: Sink): void {
    for (const point of this.#points.values()) {
      if (point.isCounter || point.collect === this.#collect || point.value === 0) continue
      point.value = 0
      sink.observe(point.name, 0, point.attributes)
    }
    this.#collect += 1
  }

  #see(sink: Sink, isCounter: boolean, name: ObservedName, value: number, key?: string, word?: string): void {
    const identity = word === undefined ? name : `${name}|${word}`
    const known = this.#points.get(identity)
    const point = known ?? this.#make(identity, isCounter, name, this.#labels(key, word))
    const isNew = known === undefined && isCounter && sink.isLast !== true
    this.#emit(sink, point, isNew ? 0 : value)
  }

  #labels(key: string | undefined, word: string | undefined): Attributes {
    return key === undefined || word === undefined ? this.#base : { ...this.#base, [key]: word }
  }

  #make(identity: string, isCounter: boolean, name: ObservedName, attributes: Attributes): Point {
    const point: Point = { name, attributes, isCounter, value: 0, collect: -1 }
    this.#points.set(identity, point)
    return point
  }

  #emit(sink: Sink, point: Point, value: number): void {
    point.value = value
    point.collect = this.#collect
    sink.observe(point.name, value, point.attributes)
  }
}
