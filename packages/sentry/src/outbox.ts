import type { Bucket } from './bucket.ts'
import type { Notice } from './notice.ts'

/** Lets notices out, within the budget of the process. */
export class Outbox {
  readonly #bucket: Bucket
  readonly #send: (notice: Notice) => void

  constructor(bucket: Bucket, send: (notice: Notice) => void) {
    this.#bucket = bucket
    this.#send = send
  }

  offer(notice: Notice, at: number): void {
    if (this.#bucket.take(at)) this.#send(notice)
  }
}
