import { groupKeyOf, type Notice } from './notice.ts'
import { NoticeGroup } from './notice-group.ts'

/** Limits memory: error names may be generated, so each failure could start a new group. */
const maxGroups = 50
/** Limits memory: with `report: 'every'` one task may fail thousands of times while its notices are held. */
const maxHeld = 100

/** An outage is more than `tasks` tasks with the same problem within `withinMs`. */
export interface OutageLimit {
  readonly tasks: number
  readonly withinMs: number
}

export interface OutagesSetup {
  readonly limit: OutageLimit
  /** Called with an outage that is over. */
  readonly onOver: (outage: NoticeGroup, at: number) => void
  /** Called with a notice that is not part of an outage. */
  readonly onSingle: (notice: Notice, at: number) => void
}

interface Held {
  since: number
  readonly task: string
  readonly notice: Notice
}

/** Notices about the same problem: single ones in `held`, or a group once there is an outage. */
interface Watched {
  held: Held[]
  outage: { readonly group: NoticeGroup; readonly since: number } | undefined
}

/** Detects outages: holds each notice back until it is clear whether more tasks have the same problem. */
export class Outages {
  readonly #setup: OutagesSetup
  /** The notices of each problem, by kind and error name. */
  readonly #watched = new Map<string, Watched>()
  /** `endDue` releases nothing before this time, unless the clock goes back. */
  #dueAt = Number.POSITIVE_INFINITY
  #lastAt = Number.NEGATIVE_INFINITY

  constructor(setup: OutagesSetup) {
    this.#setup = setup
  }

  /** When the next outage is over, or the next notice is released. */
  get dueAt(): number | undefined {
    return this.#watched.size === 0 ? undefined : this.#dueAt
  }

  /** Holds the notice and returns `true`, unless it can't be part of an outage. */
  hold(notice: Notice, at: number): boolean {
    if (!notice.info) return false
    const watched = this.#watch(groupKeyOf(notice), at)
    if (!watched) return false
    this.#dueAt = Math.min(this.#dueAt, at + this.#setup.limit.withinMs + 1)
    if (watched.outage) watched.outage.group.add(notice)
    else {
      watched.held.push({ since: at, task: notice.info.name, notice })
      this.#declare(watched, at)
    }
    return true
  }

  /** Ends the outages that are over at `at`, and releases the notices that were held long enough. */
  endDue(at: number): void {
    const wentBack = at < this.#lastAt
    this.#lastAt = at
    if (at < this.#dueAt && !wentBack) return
    const { limit, onOver, onSingle } = this.#setup
    const { withinMs } = limit
    this.#dueAt = Number.POSITIVE_INFINITY
    const released: Held[] = []
    for (const [key, watched] of this.#watched) {
      const { outage, held } = watched
      // If the clock went back, it is unknown how long a notice was held, so its wait starts again.
      for (const each of held) each.since = Math.min(each.since, at)
      if (outage && (at < outage.since || at > outage.since + withinMs)) {
        onOver(outage.group, at)
        watched.outage = undefined
      }
      released.push(...held.filter(({ since }) => since + withinMs < at))
      watched.held = held.filter(({ since }) => since + withinMs >= at)
      const since = watched.outage?.since ?? watched.held[0]?.since
      if (since !== undefined) this.#dueAt = Math.min(this.#dueAt, since + withinMs + 1)
      if (!watched.outage && watched.held.length === 0) this.#watched.delete(key)
    }
    for (const { notice } of inOrder(released)) onSingle(notice, at)
  }

  /** Ends all outages and releases all notices immediately. */
  endAll(at: number): void {
    const { onOver, onSingle } = this.#setup
    const watched = [...this.#watched.values()]
    this.#watched.clear()
    this.#dueAt = Number.POSITIVE_INFINITY
    for (const { outage } of watched) if (outage) onOver(outage.group, at)
    for (const { notice } of inOrder(watched.flatMap(({ held }) => held))) onSingle(notice, at)
  }

  /** Returns the group for `key` and marks it as the latest; `undefined` if all groups are in use by outages. */
  #watch(key: string, at: number): Watched | undefined {
    const known = this.#watched.get(key)
    if (!known && this.#watched.size >= maxGroups) {
      const oldest = [...this.#watched].find(([, { outage }]) => outage === undefined)
      if (!oldest) return undefined
      this.#watched.delete(oldest[0])
      for (const { notice } of oldest[1].held) this.#setup.onSingle(notice, at)
    }
    const watched = known ?? { held: [], outage: undefined }
    this.#watched.delete(key)
    this.#watched.set(key, watched)
    return watched
  }

  #declare(watched: Watched, at: number): void {
    const { limit, onSingle } = this.#setup
    const { held } = watched
    if (new Set(held.map(({ task }) => task)).size > limit.tasks) {
      const group = new NoticeGroup()
      for (const { notice } of held) group.add(notice)
      watched.outage = { group, since: at }
      watched.held = []
    } else if (held.length > Math.max(maxHeld, limit.tasks)) {
      const oldest = held.shift()
      if (oldest) onSingle(oldest.notice, at)
    }
  }
}

function inOrder(held: readonly Held[]): Held[] {
  return [...held].sort((one, other) => one.since - other.since)
}
