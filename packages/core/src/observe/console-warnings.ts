import type { Clock, ClockTimer } from '../base/clock.ts'
import { formatMs } from '../base/duration.ts'
import { errorText } from '../base/error-record.ts'
import { inRootContext } from '../base/root-context.ts'

/**
 * After a line was written, more lines with the same subject and state are held back, at most for this number of
 * milliseconds.
 */
const repeatAfterMs = 60_000
const maxSubjects = 1_000
const longestLine = 1_000
const oldMs = 5_000

export interface Topic {
  /** Warnings of one subject that are held back are written as one line. */
  readonly subject: string
  /**
   * What the warning says about the subject, such as `unhealthy`. A warning is written immediately if no line with
   * the same subject and state was written in the last minute.
   */
  readonly state: string
}

interface Subject {
  writtenAt: number
  readonly stateWrittenAt: Map<string, number>
  /** How many lines are held back until `dueAt`. Only the text of the last one is written. */
  held: number
  dueAt: number
  last: { readonly text: string; readonly state: string; readonly at: number }
}

/**
 * Writes warnings to `console.error`, usually at most once a minute for each subject and state. Warnings in between
 * are counted, and one line reports all of them. This line comes earlier if a warning with another state follows, and
 * at a stop.
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

  /** @param topic - a string is a subject without states; by default `text` is the subject */
  add(text: string, error?: Error, topic: Topic | string = text): void {
    const now = this.#clock.monotonic()
    const line = error === undefined ? text : `${text}: ${errorText(error)}`
    const { subject, state } = typeof topic === 'string' ? { subject: topic, state: '' } : topic
    const last = { text: line, state, at: now }
    const known = this.#subjects.get(subject)
    if (known === undefined) {
      if (this.#subjects.size >= maxSubjects) this.#forgetAll(now)
      this.#subjects.set(subject, {
        writtenAt: now,
        stateWrittenAt: new Map([[state, now]]),
        held: 0,
        dueAt: 0,
        last,
      })
      return write(line)
    }
    const dueAt = (known.stateWrittenAt.get(state) ?? Number.NEGATIVE_INFINITY) + repeatAfterMs
    // Lines that are held back for a state other than `state` are written first.
    if (now >= dueAt && known.last.state !== state) writeHeld(known, now)
    if (known.held === 0) known.dueAt = dueAt
    known.held += 1
    known.last = last
    if (now >= known.dueAt) writeHeld(known, now)
    else this.#arm(known.dueAt, now)
  }

  flush(): void {
    const now = this.#clock.monotonic()
    for (const subject of this.#subjects.values()) writeHeld(subject, now)
    this.#disarm()
  }

  close(): void {
    this.#isClosed = true
    this.#forgetAll(this.#clock.monotonic())
  }

  #forgetAll(now: number): void {
    for (const subject of this.#subjects.values()) writeHeld(subject, now)
    this.#subjects.clear()
    this.#disarm()
  }

  #writeDue(now: number): void {
    let next = Number.POSITIVE_INFINITY
    for (const subject of this.#subjects.values()) {
      if (subject.held === 0) continue
      if (now >= subject.dueAt) writeHeld(subject, now)
      else next = Math.min(next, subject.dueAt)
    }
    if (next < Number.POSITIVE_INFINITY) this.#arm(next, now)
  }

  /**
   * Sets the timer in the root context. In the caller's async context, the timer would keep that context in memory.
   */
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

function writeHeld(subject: Subject, now: number): void {
  const { held, last, writtenAt } = subject
  if (held === 0) return
  const seconds = Math.max(1, Math.round((now - writtenAt) / 1_000))
  const ageMs = now - last.at
  const ago = ageMs < oldMs ? '' : `${formatMs(ageMs)} ago`
  subject.writtenAt = now
  subject.stateWrittenAt.set(last.state, now)
  subject.held = 0
  if (held > 1) write(`… and ${held} more in ${seconds} s, the last${ago && ` ${ago}`}: ${last.text}`)
  else write(`${ago && `${ago}: `}${last.text}`)
}

function write(line: string): void {
  try {
    // biome-ignore lint/suspicious/noConsole: the last resort without an observer
    const print = (text: string): void => console.error(text)
    inRootContext(print, `[runwell] ${line}`.slice(0, longestLine))
  } catch {
    // The application has replaced the console, and its console throws. The warning is lost.
  }
}
