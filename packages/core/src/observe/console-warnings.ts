import type { Clock, ClockTimer } from '../base/clock.ts'
import { errorText } from '../base/error-record.ts'
import { inRootContext } from '../base/root-context.ts'

/** How long a further line about the same subject is held back. */
const repeatAfterMs = 60_000
const maxSubjects = 1_000
const longestLine = 1_000

interface Subject {
  /** When its last line was written. */
  writtenAt: number
  /** How often it was repeated since then, and the text of the last repetition. */
  repeats: number
  text: string
}

/**
 * Writes warnings that no observer receives to `console.error`, each subject at most once a minute. Repetitions within the
 * minute are counted, and written as one line when it is over.
 */
export class ConsoleWarnings {
  readonly #clock: Pick<Clock, 'monotonic' | 'timer'>
  readonly #subjects = new Map<string, Subject>()
  #timer: ClockTimer | undefined
  #timerAt = Number.POSITIVE_INFINITY
  #isClosed = false

  constructor(clock: Pick<Clock, 'monotonic' | 'timer'>) {
    this.#clock = clock
  }

  /** @param subject - what counts as the same warning. @defaultValue the text */
  add(text: string, error?: Error, subject: string = text): void {
    const now = this.#clock.monotonic()
    const line = error === undefined ? text : `${text}: ${errorText(error)}`
    const known = this.#subjects.get(subject)
    if (known !== undefined && (known.repeats > 0 || now - known.writtenAt < repeatAfterMs)) {
      known.repeats += 1
      known.text = line
      const dueAt = known.writtenAt + repeatAfterMs
      if (now >= dueAt) writeRepeats(known, now)
      else this.#arm(dueAt, now)
      return
    }
    if (this.#subjects.size >= maxSubjects) this.#forgetAll(now)
    this.#subjects.set(subject, { writtenAt: now, repeats: 0, text: '' })
    write(line)
  }

  /**
   * Called when the supervisor has stopped: writes the repetitions that were only counted so far, and sets no further
   * timer.
   */
  close(): void {
    this.#isClosed = true
    this.#forgetAll(this.#clock.monotonic())
  }

  #forgetAll(now: number): void {
    for (const subject of this.#subjects.values()) writeRepeats(subject, now)
    this.#subjects.clear()
    this.#disarm()
  }

  /** Writes the repetitions whose minute is over, and sets the timer for the others. */
  #writeDue(now: number): void {
    let next = Number.POSITIVE_INFINITY
    for (const subject of this.#subjects.values()) {
      if (subject.repeats === 0) continue
      const dueAt = subject.writtenAt + repeatAfterMs
      if (now >= dueAt) writeRepeats(subject, now)
      else next = Math.min(next, dueAt)
    }
    if (next < Number.POSITIVE_INFINITY) this.#arm(next, now)
  }

  /** In the root context, so that the timer does not keep the async context of the run in memory. */
  #arm(at: number, now: number): void {
    if (this.#isClosed || at >= this.#timerAt) return
    this.#disarm()
    const onTimer = (): void => {
      this.#disarm()
      this.#writeDue(this.#clock.monotonic())
    }
    this.#timerAt = at
    this.#timer = inRootContext(() => this.#clock.timer(onTimer, at - now, false), undefined)
  }

  #disarm(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#timerAt = Number.POSITIVE_INFINITY
  }
}

function writeRepeats(subject: Subject, now: number): void {
  const { repeats, text, writtenAt } = subject
  if (repeats === 0) return
  const seconds = Math.max(1, Math.round((now - writtenAt) / 1_000))
  subject.writtenAt = now
  subject.repeats = 0
  write(repeats === 1 ? text : `… and ${repeats} more in ${seconds} s, the last: ${text}`)
}

function write(line: string): void {
  try {
    // biome-ignore lint/suspicious/noConsole: the last resort without an observer
    const print = (text: string): void => console.error(text)
    inRootContext(print, `[runwell] ${line}`.slice(0, longestLine))
  } catch {
    // Some applications replace the console. If that throws, there is nowhere left to report it.
  }
}
