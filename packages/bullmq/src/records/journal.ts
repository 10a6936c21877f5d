/**
 * How many changed tasks a journal keeps. If more have changed between two reads, the reader reads everything again.
 */
const length = 200

/**
 * The tasks that one process has changed lately, each with the number of its change. Each process writes only its own
 * journal, so that no process overwrites the changes of another one.
 */
export class Journal {
  readonly #changes = new Map<string, number>()
  #count = 0

  add(task: string): void {
    this.#changes.delete(task)
    this.#count += 1
    this.#changes.set(task, this.#count)
    if (this.#changes.size > length) {
      const [oldest] = this.#changes.keys()
      if (oldest !== undefined) this.#changes.delete(oldest)
    }
  }

  /** Increases the count, so that others see that this process is alive. */
  beat(): void {
    this.#count += 1
  }

  get text(): string {
    const changes = [...this.#changes].map(([task, count]) => `${count} ${task}`)
    return [this.#count, ...changes].join('\n')
  }
}

/** What a reader has seen of the journal of another process. */
export interface Seen {
  readonly count: number
  /** The text, to see quickly that nothing has changed. */
  readonly text: string
}

/** The tasks that changed since; `undefined` if the journal does not reach back that far. */
export function changedSince(
  text: string,
  seen: Seen | undefined,
): { seen: Seen; tasks: string[] | undefined } {
  const [first = '0', ...lines] = text.split('\n')
  const count = Number(first)
  const now = { count, text }
  // With a smaller count, the process was started again under the same name.
  if (seen === undefined || count < seen.count) return { seen: now, tasks: undefined }
  const changes = lines.map((line) => {
    const space = line.indexOf(' ')
    return { at: Number(line.slice(0, space)), task: line.slice(space + 1) }
  })
  const tasks = changes.filter(({ at }) => at > seen.count).map(({ task }) => task)
  return { seen: now, tasks: tasks.length >= length ? undefined : tasks }
}
