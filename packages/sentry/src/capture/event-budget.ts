import type { Notice } from './notice.ts'
import { NoticeGroup } from './notice-group.ts'
import type { TokenBucket } from './token-bucket.ts'

/**
 * When the budget is used up, notices are collected for at least this time, or until a flush. Then they are sent as
 * one event.
 */
export const overflowMs = 30_000
/** How many events beyond the budget may be sent for notices with `handled: false`, such as a loop that is parked. */
const lostTaskReserve = 3

export class EventBudget {
  readonly #bucket: TokenBucket
  readonly #send: (notice: Notice) => void
  #overflow: { readonly group: NoticeGroup; dueAt: number } | undefined

  constructor(bucket: TokenBucket, send: (notice: Notice) => void) {
    this.#bucket = bucket
    this.#send = send
  }

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

  sendDue(at: number): void {
    const overflow = this.#overflow
    if (!overflow) return
    // If the clock was set back, `dueAt` may be hours away. So the wait is limited to `overflowMs`.
    overflow.dueAt = Math.min(overflow.dueAt, at + overflowMs)
    if (at < overflow.dueAt) return
    if (this.#bucket.take(at, 1)) this.flush()
  }

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
