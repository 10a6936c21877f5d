import type { SupervisorEvent } from '@runwell/core'
import type { StreamedEvent } from '../api/types.ts'
import { isKeptForHours } from './event-classes.ts'
import type { Redact } from './redact.ts'
import { streamedEvent } from './streamed-event.ts'

export interface Missed {
  readonly events: readonly StreamedEvent[]
  /** How many of the missed events are no longer kept. `undefined` if the cursor is from another process. */
  readonly lost: number | undefined
}

type Entry = SupervisorEvent | StreamedEvent

/**
 * At least this many events of the classes `change` and `rare` are kept, in a separate list. In the ring, frequent
 * events would overwrite them within minutes.
 */
const keptRare = 2_000

/** The newest events of a supervisor. Two consoles of one supervisor give an event the same id. */
export class EventRing {
  readonly #entries: Entry[] = []
  readonly #size: number
  readonly #epoch: string
  readonly #redact: Redact
  #rare: Entry[] = []
  #count = 0
  #before = 0
  readonly #failures = new Map<string, string>()

  /** @param epoch - identifies the process: the part of each event id before the dot; must not contain a dot */
  constructor(size: number, epoch: string, redact: Redact) {
    this.#size = size
    this.#epoch = epoch
    this.#redact = redact
  }

  get newest(): number {
    return this.#count === 0 ? 0 : this.#entryAt(this.#count).seq
  }

  get cursor(): string {
    return this.#idOf(this.newest)
  }

  add(event: SupervisorEvent): void {
    if (this.#count === 0) this.#before = event.seq - 1
    this.#count += 1
    // An error object can hold a whole HTTP response in memory, so the event is converted to plain data now.
    const keeps = 'error' in event && event.error !== undefined
    const entry = keeps ? streamedEvent(this.#idOf(event.seq), event, this.#redact) : event
    this.#entries[this.#count % this.#size] = entry
    if (isKeptForHours(event.type)) this.#keepRare(entry)
    if (event.type === 'task.unregistered') this.#failures.delete(event.task)
    const isFailure = event.type === 'run.ended' || event.type === 'run.retried'
    if (keeps && isFailure) this.#failures.set(event.task, (entry as StreamedEvent).error?.text ?? '')
  }

  lastFailure(task: string): string | undefined {
    return this.#failures.get(task)
  }

  after(cursor: string): Missed {
    const number = this.#numberOf(cursor)
    if (number === undefined) return { events: [], lost: undefined }
    return this.afterNumber(number)
  }

  lostAfter(number: number): number {
    if (this.#count === 0) return 0
    // `number` is 0 if the reader has seen no event. Events from before this ring do not count as lost.
    return Math.max(0, this.#entryAt(this.#oldest()).seq - 1 - (number === 0 ? this.#before : number))
  }

  afterNumber(number: number): Missed {
    const events: StreamedEvent[] = []
    for (let at = this.#firstAfter(number); at <= this.#count; at += 1) events.push(this.#read(at))
    return { events, lost: this.lostAfter(number) }
  }

  /**
   * Returns the newest events for which `fits` returns true, newest first. Includes `change` and `rare` events that
   * are no longer in the ring.
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
   * Returns the newest events of the ring for which `wants` returns true, newest first. `wants` gets each event as
   * plain data with all its fields.
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
   * The numbers of events can have gaps, because a console gets no events about its own faults. So the place of a
   * number in the ring has to be searched.
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
