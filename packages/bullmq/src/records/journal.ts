/**
 * How many changes a journal keeps. A process that has not read the removed changes reads all fields of the store
 * again.
 */
const length = 600

/**
 * The fields that one process has changed lately, each with the number of its change. Each process writes only its own
 * journal, so that no process overwrites the changes of another one.
 */
export class Journal {
  readonly #changes = new Map<string, number>()
  #count = 0
  /** The number of the newest change that was removed from the journal; 0 before the first removal. */
  #forgotten = 0
  #countAtBeat = 0

  add(field: string): void {
    this.#changes.delete(field)
    this.#count += 1
    this.#changes.set(field, this.#count)
    if (this.#changes.size > length) this.#forgetOldest()
  }

  /** Increases the count, so that others see that this process is alive. */
  beat(): void {
    this.#count += 1
  }

  /**
   * Removes the changes that were made before the previous call of this function. Usually the other processes have read
   * them by now. A process that has not reads all fields again.
   */
  forgetOld(): void {
    const before = this.#countAtBeat
    this.#countAtBeat = this.#count
    for (const [, count] of this.#changes) {
      if (count > before) return
      this.#forgetOldest()
    }
  }

  get text(): string {
    const changes = [...this.#changes].map(([field, count]) => `${count} ${field}`)
    return [`${this.#count} ${this.#forgotten}`, ...changes].join('\n')
  }

  #forgetOldest(): void {
    const [oldest] = this.#changes
    if (oldest === undefined) return
    const [field, count] = oldest
    this.#changes.delete(field)
    this.#forgotten = count
  }
}

/** The journal of another process, as this process last read it. */
export interface Seen {
  readonly count: number
  /** The text of the journal. If it is still the same, nothing has changed. */
  readonly text: string
}

/**
 * Returns the fields that changed after `seen`, and the new `seen`. `fields` is `undefined` if the caller must read all
 * fields, for instance because the journal no longer has all changes since then.
 */
export function changedSince(
  text: string,
  seen: Seen | undefined,
): { seen: Seen; fields: string[] | undefined } {
  const [first = '', ...lines] = text.split('\n')
  const [count = 0, forgotten = 0] = first.split(' ').map(Number)
  const now = { count, text }
  // If the count is smaller than before, a new process with the same `instanceId` has started.
  if (seen === undefined || count < seen.count || seen.count < forgotten)
    return { seen: now, fields: undefined }
  const fields: string[] = []
  for (const line of lines) {
    const space = line.indexOf(' ')
    if (Number(line.slice(0, space)) > seen.count) fields.push(line.slice(space + 1))
  }
  return { seen: now, fields }
}
