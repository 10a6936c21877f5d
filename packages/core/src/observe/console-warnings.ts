import { recordError } from '../base/error-record.ts'

/** How often the same complaint is repeated. */
const everyMs = 60_000
const mostSubjects = 1_000

/** Lines on `console.error` for what nobody else would tell, each subject at most once a minute. */
export class ConsoleWarnings {
  readonly #now: () => number
  readonly #lastAt = new Map<string, number>()

  /** @param now - monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now
  }

  /** @param subject - what is counted as the same complaint; the text itself unless given */
  add(text: string, error?: Error, subject: string = text): void {
    const now = this.#now()
    const last = this.#lastAt.get(subject)
    if (last !== undefined && now - last < everyMs) return
    if (this.#lastAt.size >= mostSubjects) this.#lastAt.clear()
    this.#lastAt.set(subject, now)
    const because = error === undefined ? '' : `: ${told(error)}`
    // biome-ignore lint/suspicious/noConsole: the last resort, where there is no observer to tell
    console.error(`[runwell] ${text}${because}`.slice(0, 1_000))
  }
}

/** Read with care: an error may have getters that throw. */
function told(error: Error): string {
  const { name, message } = recordError(error)
  return `${name}: ${message}`
}
