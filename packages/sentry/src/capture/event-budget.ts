import type { Notice } from './notice.ts'
import { NoticeGroup } from './notice-group.ts'
import type { TokenBucket } from './token-bucket.ts'

/** How long notices beyond the budget are collected before they are sent as one. */
export const overflowMs = 30_000
/** Notices about lost tasks may exceed the budget by this many events. */
const lostTaskReserve = 3

export interface EventBudgetParts {
  readonly bucket: TokenBucket
  readonly send: (notice: Notice) => void
  /** Called when a notice is held back, so that `sendDue` has to be called later. */
  readonly onHeldBack: () => void
}

/** Sends notices within the event budget of the process. Notices beyond it are collected and sent as one. */
export class EventBudget {
  readonly #parts: EventBudgetParts
  #overflow: NoticeGroup | undefined

  constructor(parts: EventBudgetParts) {
    this.#parts = parts
  }

  /** Whether notices are held back. */
  get isExceeded(): boolean {
    return this.#overflow !== undefined
  }

  submit(notice: Notice, at: number): void {
    const { bucket, send } = this.#parts
    if (bucket.take(at, notice.handled ? 0 : lostTaskReserve)) send(notice)
    else this.#toOverflow(at).add(notice, at)
  }

  submitOutage(outage: NoticeGroup, at: number): void {
    const { bucket, send } = this.#parts
    if (bucket.take(at)) send(outage.outageNotice())
    else this.#toOverflow(at).join(outage)
  }

  /** Sends the notices that were held back, if it is time and the budget allows it. */
  sendDue(at: number): void {
    const overflow = this.#overflow
    if (!overflow || at < (overflow.declaredAt ?? at) + overflowMs) return
    // Only this notice may borrow a token from the future.
    if (this.#parts.bucket.take(at, 1)) this.flush()
  }

  /** Sends the notices that were held back, regardless of time and budget. */
  flush(): void {
    const overflow = this.#overflow
    this.#overflow = undefined
    if (overflow) this.#parts.send(overflow.overflowNotice())
  }

  #toOverflow(at: number): NoticeGroup {
    this.#overflow ??= new NoticeGroup()
    this.#overflow.declaredAt ??= at
    this.#parts.onHeldBack()
    return this.#overflow
  }
}
