import type { Notice } from './notice.ts'
import { NoticeGroup } from './notice-group.ts'
import type { TokenBucket } from './token-bucket.ts'

/** How long notices beyond the budget are collected before they are sent as one. */
export const overflowMs = 30_000
/** Notices about tasks that no longer run may exceed the budget by this many events. */
const lostTaskReserve = 3

/** Sends notices within the event budget. Notices beyond it are collected and sent as one. */
export class EventBudget {
  readonly #bucket: TokenBucket
  readonly #send: (notice: Notice) => void
  #overflow: { readonly group: NoticeGroup; dueAt: number } | undefined

  constructor(bucket: TokenBucket, send: (notice: Notice) => void) {
    this.#bucket = bucket
    this.#send = send
  }

  /** When the notices that are held back should be sent; `undefined` if there are none. */
  get dueAt(): number | undefined {
    return this.#overflow?.dueAt
  }

  submit(notice: Notice, at: number): void {
    if (this.#bucket.take(at, notice.handled ? 0 : lostTaskReserve)) this.#send(notice)
    else this.#overflowAt(at).add(notice)
  }

  submitOutage(outage: NoticeGroup, at: number): void {
    if (this.#bucket.take(at)) this.#send(outage.outageNotice())
    else this.#overflowAt(at).join(outage)
  }

  /** Sends the notices that were held back, if it is time and the budget allows it. */
  sendDue(at: number): void {
    const overflow = this.#overflow
    if (!overflow) return
    // If the clock has gone back, the notices wait no longer than usual.
    overflow.dueAt = Math.min(overflow.dueAt, at + overflowMs)
    if (at < overflow.dueAt) return
    // The overflow notice may take one token in advance.
    if (this.#bucket.take(at, 1)) this.flush()
  }

  /** Sends the notices that were held back, regardless of time and budget. */
  flush(): void {
    const overflow = this.#overflow
    this.#overflow = undefined
    if (overflow) this.#send(overflow.group.overflowNotice())
  }

  #overflowAt(at: number): NoticeGroup {
    this.#overflow ??= { group: new NoticeGroup(), dueAt: at + overflowMs }
    return this.#overflow.group
  }
}
