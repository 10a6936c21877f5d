import type { SupervisorEvent } from '@runwell/core'
import type { StreamedEvent } from '../api/types.ts'
import { isKeptForHours } from './event-classes.ts'
import type { Redact } from './redact.ts'
import { streamedEvent } from './streamed-event.ts'

/** The answer to a reader that asks for all events after a cursor. */
export interface Missed {
  readonly events: readonly StreamedEvent[]
  /** How many of the wanted events the ring no longer has; `undefined` if the cursor is not one of this process. */
  readonly lost: number | undefined
}

type Entry = SupervisorEvent | StreamedEvent

/**
 * At least this many `change` and `rare` events are kept, in an array of their own. In the ring, the events of a task
 * with a short period would push them out within minutes.
 */
const keptRare = 2_000

/**
 * The newest events of a supervisor. The id of an event consists of the id of the supervisor and the number of the
 * event, so all consoles of one supervisor use the same ids.
 */
export class EventRing {
  readonly #entries: Entry[] = []
  readonly #size: number
  readonly #epoch: string
  readonly #redact: Redact
  /** The newest `change` and `rare` events, oldest first. */
  #rare: Entry[] = []
  /** How many events were added. */
  #count = 0
  /** The number of the event before the first event that was added. */
  #before = 0
  /** For each task, the newest error of a run or an attempt, with the chain of causes. */
  readonly #failures = new Map<string, string>()

  /**
   * @param epoch - identifies this instance of the supervisor in the ids of events. It has no dot, because a dot
   * separates it from the number
   */
  constructor(size: number, epoch: string, redact: Redact) {
    this.#size = size
    this.#epoch = epoch
    this.#redact = redact
  }

  /** The number of the newest event; 0 before the first. */
  get newest(): number {
    return this.#count === 0 ? 0 : this.#entryAt(this.#count).seq
  }

  /** The id of the newest event. */
  get cursor(): string {
    return this.#idOf(this.newest)
  }

  add(event: SupervisorEvent): void {
    if (this.#count === 0) this.#before = event.seq - 1
    this.#count += 1
    // An event with an error is converted immediately, because an error may keep a whole response in memory. All other
    // events are converted only when they are read.
    const keeps = 'error' in event && event.error !== undefined
    const entry = keeps ? streamedEvent(this.#idOf(event.seq), event, this.#redact) : event
    this.#entries[this.#count % this.#size] = entry
    if (isKeptForHours(event.type)) this.#keepRare(entry)
    if (event.type === 'task.unregistered') this.#failures.delete(event.task)
    const isFailure = event.type === 'run.ended' || event.type === 'run.retried'
    if (keeps && isFailure) this.#failures.set(event.task, (entry as StreamedEvent).error?.text ?? '')
  }

  /**
   * The newest error of a run or an attempt of a task, with the chain of causes; `undefined` if there was none since
   * the console was made.
   */
  lastFailure(task: string): string | undefined {
    return this.#failures.get(task)
  }

  /** The events after a cursor, oldest first. */
  after(cursor: string): Missed {
    const number = this.#numberOf(cursor)
    if (number === undefined) return { events: [], lost: undefined }
    return this.afterNumber(number)
  }

  /** How many events after this number the ring no longer has, or never had. */
  lostAfter(number: number): number {
    if (this.#count === 0) return 0
    // A reader that has seen no event yet begins with the first event of this ring.
    return Math.max(0, this.#entryAt(this.#oldest()).seq - 1 - (number === 0 ? this.#before : number))
  }

  afterNumber(number: number): Missed {
    const events: StreamedEvent[] = []
    for (let at = this.#firstAfter(number); at <= this.#count; at += 1) events.push(this.#read(at))
    return { events, lost: this.lostAfter(number) }
  }

  /**
   * Returns the newest events that fit, newest first. It also searches the `change` and `rare` events, which are kept
   * for longer.
   */
  newestOf(
    fits: (event: { readonly type: string; readonly task?: string; readonly error?: unknown }) => boolean,
    limit: number,
  ): StreamedEvent[] {
    const found: StreamedEvent[] = []
    for (let at = this.#count; at >= this.#oldest() && found.length < limit; at -= 1) {
      if (fits(this.#entryAt(at) as StreamedEvent)) found.push(this.#read(at))
    }
    const oldest = this.#count === 0 ? 0 : this.#entryAt(this.#oldest()).seq
    for (const entry of this.#rare.toReversed()) {
      if (found.length === limit) break
      if (entry.seq < oldest && fits(entry as StreamedEvent)) found.push(this.#readable(entry))
    }
    return found
  }

  /**
   * Returns the newest events of the ring that a reader wants, newest first.
   * @param wants - may read every field, unlike `fits`
   */
  newestThat(wants: (event: StreamedEvent) => boolean, limit: number): StreamedEvent[] {
    const found: StreamedEvent[] = []
    for (let at = this.#count; at >= this.#oldest() && found.length < limit; at -= 1) {
      const event = this.#read(at)
      if (wants(event)) found.push(event)
    }
    return found
  }

  #keepRare(entry: Entry): void {
    this.#rare.push(entry)
    if (this.#rare.length >= 2 * keptRare) this.#rare = this.#rare.slice(-keptRare)
  }

  #oldest(): number {
    return Math.max(1, this.#count - this.#size + 1)
  }

  #entryAt(position: number): Entry {
    return this.#entries[position % this.#size] as Entry
  }

  /**
   * Returns the position of the first event after a number. It has to search, because numbers may be missing: a console
   * gets no events about its own faults.
   */
  #firstAfter(number: number): number {
    let low = this.#oldest()
    let high = this.#count + 1
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (this.#entryAt(middle).seq > number) high = middle
      else low = middle + 1
    }
    return low
  }

  #read(position: number): StreamedEvent {
    const readable = this.#readable(this.#entryAt(position))
    this.#entries[position % this.#size] = readable
    return readable
  }

  #readable(entry: Entry): StreamedEvent {
    return 'id' in entry ? entry : streamedEvent(this.#idOf(entry.seq), entry, this.#redact)
  }

  #idOf(number: number): string {
    return `${this.#epoch}.${number}`
  }

  #numberOf(cursor: string): number | undefined {
    const [epoch, digits = ''] = cursor.split('.')
    if (epoch !== this.#epoch || !/^\d{1,15}$/.test(digits)) return undefined
    const number = Number(digits)
    return number <= this.newest ? number : undefined
  }
}
