import { groupKeyOf, type Notice } from './notice.ts'
import { NoticeGroup } from './notice-group.ts'

/**
 * The maximum number of groups, to limit memory: an app may generate error names, and each name is a group. A further
 * group replaces the oldest group without an outage. The notices of the replaced group are sent one by one.
 */
const maxGroups = 50
/**
 * The maximum number of waiting notices in a group (or `limit.tasks`, if that is higher), to limit memory: one task
 * may fail thousands of times. If there are more, the oldest notice is sent at once.
 */
const maxHeld = 100

export interface OutageLimit {
  readonly tasks: number
  readonly withinMs: number
}

export interface OutagesSetup {
  readonly limit: OutageLimit
  readonly onOver: (outage: NoticeGroup, at: number) => void
  readonly onSingle: (notice: Notice, at: number) => void
}

interface Held {
  since: number
  readonly task: string
  readonly notice: Notice
}

/** The notices about one problem. During an outage, the notices are in `outage`, and `held` is empty. */
interface Watched {
  held: Held[]
  outage: { readonly group: NoticeGroup; readonly since: number } | undefined
}

/**
 * Detects outages. An outage begins when notices about the same problem come from more than `limit.tasks` tasks
 * within `limit.withinMs`. So each notice waits for this time.
 */
export class Outages {
  readonly #setup: OutagesSetup
  /** The key is the kind and the error name. The last entry is the problem that was reported last. */
  readonly #watched = new Map<string, Watched>()
  #dueAt = Number.POSITIVE_INFINITY
  #lastAt = Number.NEGATIVE_INFINITY

  constructor(setup: OutagesSetup) {
    this.#setup = setup
  }

  get dueAt(): number | undefined {
    return this.#watched.size === 0 ? undefined : this.#dueAt
  }

  /**
   * Takes over the notice and returns `true`. Returns `false` for a notice without a task, and for a new group while
   * all `maxGroups` groups have an open outage.
   */
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
      // If the clock was set back, it is unknown how long a notice has waited. Then its wait begins again.
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

  endAll(at: number): void {
    const { onOver, onSingle } = this.#setup
    const watched = [...this.#watched.values()]
    this.#watched.clear()
    this.#dueAt = Number.POSITIVE_INFINITY
    for (const { outage } of watched) if (outage) onOver(outage.group, at)
    for (const { notice } of inOrder(watched.flatMap(({ held }) => held))) onSingle(notice, at)
  }

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
