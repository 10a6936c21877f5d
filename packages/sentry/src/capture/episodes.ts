/** Which failures of a task are reported. */
export type ReportPolicy =
  /** Each of them, within the budget. */
  | 'every'
  /** The first of an episode, then reminders while it lasts. */
  | 'first'
  /** The first of an episode, and its recovery as a message. */
  | 'transitions'

/** Why a failure is worth an event. */
export interface Report {
  readonly kind: 'first' | 'repeat' | 'reminder'
  /** Failures since the episode began, this one included. */
  readonly failures: number
  /** Wall time of the first of them. */
  readonly since: number
}

/** An episode that is over. */
export interface Recovery {
  readonly failures: number
  readonly since: number
}

interface Episode {
  readonly since: number
  failures: number
  /** The next reminder is due at this time. */
  remindAt: number
}

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs
const remindersMs = [10 * minuteMs, 60 * minuteMs, 360 * minuteMs, dayMs]

/**
 * Says which failures are worth an event. An episode begins with the first failure after a success and ends with the
 * next success. What is neither (a cancelled run) changes nothing. Well tasks take no room.
 */
export class Episodes {
  readonly #policy: ReportPolicy
  readonly #open = new Map<string, Episode>()

  constructor(policy: ReportPolicy) {
    this.#policy = policy
  }

  failed(key: string, at: number): Report | undefined {
    const episode = this.#open.get(key)
    if (!episode) {
      this.#open.set(key, { since: at, failures: 1, remindAt: at + (remindersMs[0] ?? dayMs) })
      return { kind: 'first', failures: 1, since: at }
    }
    episode.failures += 1
    const { failures, since } = episode
    if (this.#policy === 'every') return { kind: 'repeat', failures, since }
    if (this.#policy === 'transitions' || at < episode.remindAt) return undefined
    episode.remindAt = nextReminder(since, at)
    return { kind: 'reminder', failures, since }
  }

  /** @returns The episode that this success has ended, whatever the policy. */
  succeeded(key: string): Recovery | undefined {
    const episode = this.#open.get(key)
    if (!episode) return undefined
    this.#open.delete(key)
    return { failures: episode.failures, since: episode.since }
  }

  failures(key: string): number {
    return this.#open.get(key)?.failures ?? 0
  }

  forget(key: string): void {
    this.#open.delete(key)
  }
}

/** The first instant of 10 min, 1 h, 6 h, 1 d, 2 d, … after `since` that is still to come at `at`. */
function nextReminder(since: number, at: number): number {
  const elapsedMs = at - since
  const next = remindersMs.find((ms) => ms > elapsedMs) ?? (Math.floor(elapsedMs / dayMs) + 1) * dayMs
  return since + next
}
