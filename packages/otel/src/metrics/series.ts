import type { Attributes } from '@opentelemetry/api'
import type { ObservedName } from './table.ts'

/** Takes values during one collect. */
export interface Sink {
  observe(name: ObservedName, value: number, attributes: Attributes): void
  /** There may be no further collect: nothing is held back. */
  readonly isLast?: boolean
}

/** One line in a back end: a metric with its attributes. */
interface Point {
  readonly name: ObservedName
  readonly attributes: Attributes
  /** Counters stay where they are when they are not seen; anything else falls to 0. */
  readonly isTotal: boolean
  value: number
  collect: number
}

/**
 * The points of one task, category or supervisor. Attribute objects are made once and kept.
 *
 * SDKs repeat the last value of a series for ever. So a point that is no total and was not seen in a collect is told
 * as 0, once: a state that was left, a pause that is over, a task that is gone.
 *
 * A total that is above 0 when it is first told, is told as 0 and one collect later as what it is: the rise of a series
 * that is born at 1 is one that no `increase()` sees.
 */
export class Series {
  readonly #base: Attributes
  readonly #points = new Map<string, Point>()
  #collect = 0

  constructor(base: Attributes) {
    this.#base = base
  }

  /** A counter: `value` never falls. */
  total(sink: Sink, name: ObservedName, value: number, key?: string, word?: string): void {
    this.#see(sink, true, name, value, key, word)
  }

  /** A gauge or an up-down counter; one that is absent rests at 0. */
  level(sink: Sink, name: ObservedName, value: number | undefined, key?: string, word?: string): void {
    if (value !== undefined) this.#see(sink, false, name, value, key, word)
  }

  /** An instant, in milliseconds since 1970. */
  instant(sink: Sink, name: ObservedName, at: number | undefined, key?: string, word?: string): void {
    if (at !== undefined) this.#see(sink, false, name, at / 1000, key, word)
  }

  /** A point with many attributes; `identity` tells it from others of the same name. */
  labelled(sink: Sink, name: ObservedName, value: number, identity: string, labels: () => Attributes): void {
    const key = `${name}|${identity}`
    const known = this.#points.get(key)
    const point = known ?? this.#make(key, false, name, { ...this.#base, ...labels() })
    this.#tell(sink, point, value)
  }

  /** Ends a collect: what was seen in the one before and not in this one is told as 0. */
  end(sink: Sink): void {
    for (const point of this.#points.values()) {
      if (point.isTotal || point.collect === this.#collect || point.value === 0) continue
      point.value = 0
      sink.observe(point.name, 0, point.attributes)
    }
    this.#collect += 1
  }

  #see(sink: Sink, isTotal: boolean, name: ObservedName, value: number, key?: string, word?: string): void {
    const identity = word === undefined ? name : `${name}|${word}`
    const known = this.#points.get(identity)
    const point = known ?? this.#make(identity, isTotal, name, this.#labels(key, word))
    const isBorn = known === undefined && isTotal && sink.isLast !== true
    this.#tell(sink, point, isBorn ? 0 : value)
  }

  #labels(key: string | undefined, word: string | undefined): Attributes {
    return key === undefined || word === undefined ? this.#base : { ...this.#base, [key]: word }
  }

  #make(identity: string, isTotal: boolean, name: ObservedName, attributes: Attributes): Point {
    const point: Point = { name, attributes, isTotal, value: 0, collect: -1 }
    this.#points.set(identity, point)
    return point
  }

  #tell(sink: Sink, point: Point, value: number): void {
    point.value = value
    point.collect = this.#collect
    sink.observe(point.name, value, point.attributes)
  }
}
