import { errorTypesPerTask } from './table-runs.ts'

/** Counts the errors of one task by type. A total never falls, even if core forgets a rare type. */
export class ErrorTypes {
  readonly #shown = new Map<string, number>()
  #other = 0

  read(errors: ReadonlyMap<string, number>): Iterable<readonly [string, number]> {
    let total = 0
    for (const [type, count] of errors) {
      total += count
      const before = this.#shown.get(type)
      if (before === undefined && (type === 'other' || this.#shown.size >= errorTypesPerTask)) continue
      this.#shown.set(type, Math.max(before ?? 0, count))
    }
    let named = 0
    for (const count of this.#shown.values()) named += count
    this.#other = Math.max(this.#other, total - named)
    return this.#other > 0 ? [...this.#shown, ['other', this.#other] as const] : this.#shown
  }
}
