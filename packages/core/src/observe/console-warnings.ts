import { errorText } from '../base/error-record.ts'

/** How long a warning about the same subject is not repeated. */
const repeatAfterMs = 60_000
const maxSubjects = 1_000

/** Writes warnings that no observer receives to `console.error`, each subject at most once a minute. */
export class ConsoleWarnings {
  readonly #now: () => number
  readonly #lastAt = new Map<string, number>()

  /** @param now - monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now
  }

  /** @param subject - what counts as the same warning. @defaultValue the text */
  add(text: string, error?: Error, subject: string = text): void {
    const now = this.#now()
    const last = this.#lastAt.get(subject)
    if (last !== undefined && now - last < repeatAfterMs) return
    if (this.#lastAt.size >= maxSubjects) this.#lastAt.clear()
    this.#lastAt.set(subject, now)
    const because = error === undefined ? '' : `: ${errorText(error)}`
    try {
      // biome-ignore lint/suspicious/noConsole: the last resort without an observer
      console.error(`[runwell] ${text}${because}`.slice(0, 1_000))
    } catch {
      // Some applications replace the console. Nothing is left to report this fault to.
    }
  }
}
