import type { Notice } from './notice.ts'
import { NoticeGroup } from './notice-group.ts'
import type { TokenBucket } from './token-bucket.ts'

/** If the budget is used up, notices are collected for this time and then sent as one. */
export const overflowMs = 30_000
/** If a task no longer runs, its notice may exceed the budget. At most this many events may do so at once. */
const lostTaskReserve = 3

/** Sends notices as long as the event budget allows it. Collects all further notices and sends them as one. */
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

  /** Sends the collected notices as one, if they were collected long enough and the budget allows one more event. */
  sendDue(at: number): void {
    const overflow = this.#overflow
    if (!overflow) return
    // If the clock was set back, `dueAt` may be hours away. The notices then wait no longer than `overflowMs`.
    overflow.dueAt = Math.min(overflow.dueAt, at + overflowMs)
    if (at < overflow.dueAt) return
    // The one event for all collected notices may exceed the budget by one.
    if (this.#bucket.take(at, 1)) this.flush()
  }

  /** Sends the collected notices as one, even if they are not due or the budget is used up. */
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
