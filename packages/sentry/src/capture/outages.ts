import { groupKeyOf, type Notice } from './notice.ts'
import { NoticeGroup } from './notice-group.ts'

/** Limits memory: error names may be generated, so each failure could start a group. The oldest is dropped. */
const maxGroups = 50

/** An outage is more than `tasks` tasks with the same problem within `withinMs`. */
export interface OutageLimit {
  readonly tasks: number
  readonly withinMs: number
}

/** Decides what is an outage: collects notices of several tasks with the same problem until the outage is over. */
export class Outages {
  readonly #limit: OutageLimit
  readonly #onOver: (outage: NoticeGroup, at: number) => void
  /** Recent notices by kind and error name. */
  readonly #groups = new Map<string, NoticeGroup>()

  constructor(limit: OutageLimit, onOver: (outage: NoticeGroup, at: number) => void) {
    this.#limit = limit
    this.#onOver = onOver
  }

  /** Whether an outage has been declared and is not over. */
  get isAny(): boolean {
    return [...this.#groups.values()].some(({ declaredAt }) => declaredAt !== undefined)
  }

  /** Whether the notice belongs to an outage, which then holds it. */
  joins(notice: Notice, at: number): boolean {
    if (!notice.info) return false
    const group = this.#groupOf(groupKeyOf(notice))
    if (!group) return false
    group.add(notice, at)
    if (group.tasks <= this.#limit.tasks) return false
    group.declaredAt ??= at
    return true
  }

  /** Ends the outages that are over at `at`, and forgets old notices. */
  endDue(at: number): void {
    const { withinMs } = this.#limit
    for (const [key, group] of this.#groups) {
      if (group.declaredAt === undefined) group.dropBefore(at - withinMs)
      else if (at >= group.declaredAt + withinMs) this.#end(group, at)
      else continue
      if (group.tasks === 0) this.#groups.delete(key)
    }
  }

  /** Ends all outages immediately. */
  endAll(at: number): void {
    for (const group of this.#groups.values()) if (group.declaredAt !== undefined) this.#end(group, at)
    this.#groups.clear()
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

  #end(group: NoticeGroup, at: number): void {
    this.#onOver(group, at)
    group.clear()
  }
}
