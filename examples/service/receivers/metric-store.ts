import type { AttributeValue, Point } from './otlp-decode.ts'

const RUNS = 'runwell.task.runs'
const INFO = 'runwell.task.info'
const KIND = 'runwell.task.schedule.kind'
const TASK = 'runwell.task.name'
const RESULT = 'runwell.task.run.result'

export interface ErrorRate {
  readonly task: string
  readonly failed: number
  readonly runs: number
}

export class MetricStore {
  readonly #series = new Map<string, Point>()
  readonly #metrics = new Set<string>()

  get size(): { readonly metrics: number; readonly series: number } {
    return { metrics: this.#metrics.size, series: this.#series.size }
  }

  add(points: readonly Point[]): void {
    for (const point of points) {
      const key = `${point.metric} ${JSON.stringify(Object.fromEntries(point.attributes))}`
      const before = point.delta ? (this.#series.get(key)?.value ?? 0) : 0
      this.#series.set(key, { ...point, value: before + point.value })
      this.#metrics.add(point.metric)
    }
  }

  errorRates(): readonly ErrorRate[] {
    const loops = this.#loops()
    const tasks = new Map<AttributeValue, { failed: number; runs: number }>()
    for (const { metric, attributes, value } of this.#series.values()) {
      const result = attributes.get(RESULT)
      if (metric !== RUNS || result === 'cancellation') continue
      const task = attributes.get(TASK)
      if (loops.has(task)) continue
      const rate = tasks.get(task) ?? { failed: 0, runs: 0 }
      rate.runs += value
      if (result !== 'success') rate.failed += value
      tasks.set(task, rate)
    }
    return [...tasks]
      .map(([task, { failed, runs }]) => ({ task: String(task), failed, runs }))
      .filter(({ runs }) => runs > 0)
      .sort((one, other) => other.failed / other.runs - one.failed / one.runs)
  }
  #loops(): ReadonlySet<AttributeValue> {
    const infos = [...this.#series.values()].filter(({ metric }) => metric === INFO)
    const loops = infos.filter(({ attributes }) => attributes.get(KIND) === 'loop')
    return new Set(loops.map(({ attributes }) => attributes.get(TASK)))
  }
}
