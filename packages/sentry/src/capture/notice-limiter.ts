import type { ObserverClock } from '../base/clock.ts'
import { groupKeyOf, type Notice } from './notice.ts'
import { NoticeGroup } from './notice-group.ts'
import type { TokenBucket } from './token-bucket.ts'

/** How long notices beyond the budget are collected before they are sent as one. */
const overflowMs = 30_000
/** At most this many groups are watched for an outage, the latest ones. Every failure may have its own error name. */
const maxGroups = 50
/** Notices about lost tasks may exceed the budget by this many events. */
const lostTaskReserve = 3

/** An outage is more than `tasks` tasks with the same problem within `withinMs`. */
export interface OutageLimit {
  readonly tasks: number
  readonly withinMs: number
}

/**
 * Sends notices within the event budget of the process. If many tasks have the same problem at once, the first notices
 * are sent individually and the rest as one. Notices beyond the budget are also sent as one.
 */
export class NoticeLimiter {
  readonly #bucket: TokenBucket
  readonly #outage: OutageLimit
  readonly #clock: ObserverClock
  readonly #send: (notice: Notice) => void
  /** Recent notices by kind and error name. */
  readonly #groups = new Map<string, NoticeGroup>()
  #overflow: NoticeGroup | undefined
  #cancelTimer: (() => void) | undefined

  constructor(
    bucket: TokenBucket,
    outage: OutageLimit,
    clock: ObserverClock,
    send: (notice: Notice) => void,
  ) {
    this.#bucket = bucket
    this.#outage = outage
    this.#clock = clock
    this.#send = send
  }

  submit(notice: Notice, at: number): void {
    this.sendDue(at)
    if (this.#joinsOutage(notice, at)) return
    if (this.#bucket.take(at, notice.handled ? 0 : lostTaskReserve)) this.#send(notice)
    else this.#toOverflow(at).add(notice, at)
  }

  /** Sends what is due at `at`. Called with every event, so correctness does not depend on the timer. */
  sendDue(at: number): void {
    for (const [key, group] of this.#groups) {
      if (group.declaredAt === undefined) group.dropBefore(at - this.#outage.withinMs)
      else if (at >= group.declaredAt + this.#outage.withinMs) this.#close(group, at)
      else continue
      if (group.tasks === 0) this.#groups.delete(key)
    }
    const overflow = this.#overflow
    if (!overflow || at < (overflow.declaredAt ?? at) + overflowMs) return
    // Only this notice may borrow a token from the future.
    if (!this.#bucket.take(at, 1)) return
    this.#overflow = undefined
    this.#send(overflow.overflowNotice())
  }

  /** Sends everything immediately, regardless of time and budget. For shutdown. */
  flush(at: number): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    for (const group of this.#groups.values()) if (group.declaredAt !== undefined) this.#close(group, at)
    this.#groups.clear()
    if (this.#overflow) this.#send(this.#overflow.overflowNotice())
    this.#overflow = undefined
  }

  #joinsOutage(notice: Notice, at: number): boolean {
    if (!notice.info) return false
    const group = this.#groupOf(groupKeyOf(notice))
    if (!group) return false
    group.add(notice, at)
    if (group.tasks <= this.#outage.tasks) return false
    group.declaredAt ??= at
    this.#wake(this.#outage.withinMs)
    return true
  }

  /** Returns the group for `key` and marks it as the latest; `undefined` if all watched groups are outages. */
  #groupOf(key: string): NoticeGroup | undefined {
    const known = this.#groups.get(key)
    if (!known && this.#groups.size >= maxGroups) {
      const oldest = [...this.#groups].find(([, { declaredAt }]) => declaredAt === undefined)
      if (!oldest) return undefined
      this.#groups.delete(oldest[0])
    }
    const group = known ?? new NoticeGroup()
    this.#groups.delete(key)
    this.#groups.set(key, group)
    return group
  }

  #close(group: NoticeGroup, at: number): void {
    if (this.#bucket.take(at)) this.#send(group.outageNotice())
    else this.#toOverflow(at).join(group)
    group.clear()
  }

  #toOverflow(at: number): NoticeGroup {
    this.#overflow ??= new NoticeGroup()
    this.#overflow.declaredAt ??= at
    this.#wake(overflowMs)
    return this.#overflow
  }

  #wake(ms: number): void {
    this.#cancelTimer ??= this.#clock.setTimer(() => {
      this.#cancelTimer = undefined
      this.sendDue(this.#clock.now())
      if (this.#overflow || [...this.#groups.values()].some((group) => group.declaredAt !== undefined))
        this.#wake(ms)
    }, ms)
  }
}
