/**
 * Which failures of a task create an event. A streak is a series of failures without a success in between. The next
 * success ends it. For a loop, a stable run ends it, too.
 */
export type ReportPolicy =
  /** Each failure, until the event budget (option `budget`) is used up. */
  | 'every'
  /** The first failure of a streak, and reminders while the streak lasts. */
  | 'first'
  /**
   * The first failure of a streak, and the success that ends the streak. A streak of a unit ends without an event.
   */
  | 'transitions'

export interface Report {
  readonly kind: 'first' | 'repeat' | 'reminder'
  readonly failures: number
  readonly since: number
}

export interface Recovery {
  readonly failures: number
  readonly since: number
}

interface Streak {
  readonly since: number
  failures: number
  remindAt: number
}

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs
const remindersMs = [10 * minuteMs, 60 * minuteMs, 360 * minuteMs, dayMs]

export class FailureStreaks {
  readonly #policy: ReportPolicy
  readonly #open = new Map<string, Streak>()

  constructor(policy: ReportPolicy) {
    this.#policy = policy
  }

  failed(key: string, at: number): Report | undefined {
    const streak = this.#open.get(key)
    if (!streak) {
      this.#open.set(key, { since: at, failures: 1, remindAt: at + (remindersMs[0] ?? dayMs) })
      return { kind: 'first', failures: 1, since: at }
    }
    streak.failures += 1
    const { failures, since } = streak
    if (this.#policy === 'every') return { kind: 'repeat', failures, since }
    if (this.#policy === 'transitions' || at < streak.remindAt) return undefined
    streak.remindAt = nextReminder(since, at)
    return { kind: 'reminder', failures, since }
  }

  succeeded(key: string): Recovery | undefined {
    const streak = this.#open.get(key)
    if (!streak) return undefined
    this.#open.delete(key)
    return { failures: streak.failures, since: streak.since }
  }

  failures(key: string): number {
    return this.#open.get(key)?.failures ?? 0
  }

  forget(key: string): void {
    this.#open.delete(key)
  }
}

/** Reminders are due 10 min, 1 h, 6 h, 1 d, 2 d, … after `since`. */
function nextReminder(since: number, at: number): number {
  const elapsedMs = at - since
  const next = remindersMs.find((ms) => ms > elapsedMs) ?? (Math.floor(elapsedMs / dayMs) + 1) * dayMs
  return since + next
}
