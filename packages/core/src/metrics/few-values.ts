import type { Distribution } from './task-metrics.ts'

/** Stores each value, so that quantiles are exact. Ignores `NaN`. */
export class FewValues implements Distribution {
  readonly #values: number[]

  constructor(values: readonly number[]) {
    this.#values = values.filter((value) => !Number.isNaN(value))
  }

  get count(): number {
    return this.#values.length
  }

  get sum(): number {
    return this.#values.reduce((total, value) => total + value, 0)
  }

  get min(): number {
    return this.quantile(0) ?? 0
  }

  get max(): number {
    return this.quantile(1) ?? 0
  }

  get values(): readonly number[] {
    return this.#values
  }

  add(value: number): void {
    if (!Number.isNaN(value)) this.#values.push(value)
  }

  copy(): FewValues {
    return new FewValues(this.#values)
  }

  quantile(q: number): number | undefined {
    if (Number.isNaN(q)) return undefined
    const rank = Math.min(this.count, Math.max(1, Math.ceil(q * this.count)))
    return [...this.#values].sort((a, b) => a - b)[rank - 1]
  }
}
