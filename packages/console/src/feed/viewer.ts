import type { StreamedEvent } from '../api/types.ts'

export interface StreamQuery {
  /** The id of the newest event that the reader has. Without an id, the stream begins with the next event. */
  readonly cursor: string | undefined
  readonly wantsEvents: boolean
  wants(event: StreamedEvent): boolean
  /** The task whose details are sent after each change, and every 2 s. */
  readonly watches: string | undefined
  /** Whether the stream ends when the supervisor begins to stop. */
  readonly endsAtStop: boolean
}

/**
 * If this many bytes or more wait for a reader, further messages for the reader are dropped. When the reader reads
 * again, a message tells it to load everything again.
 */
const maxWaiting = 512 * 1_024
const encoder = new TextEncoder()

export class Viewer {
  readonly query: StreamQuery
  readonly body: ReadableStream<Uint8Array>
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  readonly #newest: () => number
  /** The number of the newest event that this reader has received or does not want. */
  #received: number
  #isBehind = false

  constructor(query: StreamQuery, newest: () => number, onClosed: (viewer: Viewer) => void) {
    this.query = query
    this.#newest = newest
    this.#received = newest()
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        pull: () => this.#catchUp(),
        cancel: () => {
          this.#controller = undefined
          onClosed(this)
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: maxWaiting }),
    )
  }

  /** True from the first dropped message until the reader reads again. */
  get isBehind(): boolean {
    return this.#isBehind
  }

  /**
   * Drops the text if `maxWaiting` bytes or more already wait for the reader.
   *
   * @param newest - the number of the newest event in the text
   */
  send(text: string | Uint8Array, newest?: number): void {
    if (text.length === 0 || this.#controller === undefined) return
    if (this.#isBehind || (this.#controller.desiredSize ?? 0) <= 0) {
      this.#isBehind = true
      return
    }
    this.#received = newest ?? this.#received
    this.#controller.enqueue(typeof text === 'string' ? encoder.encode(text) : text)
  }

  end(): void {
    try {
      this.#controller?.close()
    } catch {
      // The reader has already closed the stream.
    }
    this.#controller = undefined
  }

  #catchUp(): void {
    if (!this.#isBehind) return
    this.#isBehind = false
    this.send(message('reset', { why: 'slow', lost: this.#newest() - this.#received }))
  }
}

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Returns one server-sent event. One `data:` line is enough, because the JSON has no line breaks. */
export function message(name: string, data: unknown, id?: string): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
}

/** The message `events` is sent even without events, because the viewer needs the new cursor. */
export function eventsMessage(
  rows: string,
  wanted: readonly StreamedEvent[],
  cursor: string | undefined,
): string {
  return cursor === undefined ? rows : rows + message('events', wanted, cursor)
}
