import type { StreamedEvent } from '../api/types.ts'

/** What one reader of the stream wants to receive. */
export interface StreamQuery {
  /** The id of the newest event that the reader has. Without one the stream begins now. */
  readonly cursor: string | undefined
  /** Whether the reader gets events. */
  readonly wantsEvents: boolean
  /** Whether to send this event. Changed rows of the task table are sent to every reader. */
  wants(event: StreamedEvent): boolean
  /** The task whose details are sent again when they change. */
  readonly watches: string | undefined
}

/**
 * If more bytes wait for a reader, it loses messages. Once it reads again, it gets a message to load everything again.
 */
const maxWaiting = 512 * 1_024
const encoder = new TextEncoder()

/** One reader of the stream: server-sent events, with bounded memory. */
export class Viewer {
  readonly query: StreamQuery
  readonly body: ReadableStream<Uint8Array>
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  readonly #newest: () => number
  /** The number of the newest event that was sent to this reader, or that it does not want. */
  #received: number
  #isBehind = false

  /** @param newest - returns the number of the newest event */
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

  /** Whether the reader has lost messages, and gets a `reset` once it reads again. */
  get isBehind(): boolean {
    return this.#isBehind
  }

  /**
   * Sends a text, or the bytes of one, unless too much waits for the reader already.
   *
   * @param newest - the number of the newest event, if the text contains all events up to it that the reader wants
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
      // the reader has gone
    }
    this.#controller = undefined
  }

  /**
   * Called when less than `maxWaiting` waits for the reader. Tells a reader that has lost messages to load everything
   * again.
   */
  #catchUp(): void {
    if (!this.#isBehind) return
    this.#isBehind = false
    this.send(message('reset', { why: 'slow', lost: this.#newest() - this.#received }))
  }
}

/** Encodes a text once that goes to several readers. */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text)
}

/** One message of the stream. JSON has no line breaks, so the data are one line. */
export function message(name: string, data: unknown, id?: string): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
}
