/**
 * A journal contains at most this many changes: a further change removes the oldest one. A process that has not read
 * the removed change must read all fields.
 */
const length = 600

/** The latest changes of one process, as numbered fields. Other processes read them. */
export class Journal {
  readonly #changes = new Map<string, number>()
  #count = 0
  /** The number of the newest change that was removed, or 0. */
  #forgotten = 0
  #countAtBeat = 0

  add(field: string): void {
    this.#changes.delete(field)
    this.#count += 1
    this.#changes.set(field, this.#count)
    if (this.#changes.size > length) this.#forgetOldest()
  }

  /** Shows other processes that this process is alive. */
  beat(): void {
    this.#count += 1
  }

  /**
   * Removes changes that were added before the previous call. Other processes have usually read these changes. A
   * process that has not read them must read all fields.
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

export interface Seen {
  readonly count: number
  readonly text: string
}

/** Returns the fields that have changed after `seen`. `fields` is `undefined` if the caller must read all fields. */
export function changedSince(
  text: string,
  seen: Seen | undefined,
): { seen: Seen; fields: string[] | undefined } {
  const [first = '', ...lines] = text.split('\n')
  const [count = 0, forgotten = 0] = first.split(' ').map(Number)
  const now = { count, text }
  // The caller must read all fields in three cases: this is the first read; a new process with the same `instanceId`
  // has begun to count again; or the journal has removed changes that were not read.
  if (seen === undefined || count < seen.count || seen.count < forgotten)
    return { seen: now, fields: undefined }
  const fields: string[] = []
  for (const line of lines) {
    const space = line.indexOf(' ')
    if (Number(line.slice(0, space)) > seen.count) fields.push(line.slice(space + 1))
  }
  return { seen: now, fields }
}
