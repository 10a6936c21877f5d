/** A task's function. */
export type Run = () => void | Promise<void>

/** What happens when a slot comes while a run lives: whatever the candidate does by default, its guard, or no guard. */
export type OverlapWish = 'default' | 'guarded' | 'free'

/** How many slots a candidate itself says it skipped for overlap and missed; absent where it counts none. */
export interface Counted {
  readonly skipped?: number
  readonly missed?: number
  /** Its own verdict on the task, where it has one. */
  readonly health?: string
}

/** A task that has been started. */
export interface Running {
  /**
   * The documented way to stop, waiting for live runs where there is one. `deadlineMs` is for those that take a limit.
   * @returns the names of runs that were left behind, from those that tell
   */
  stop(deadlineMs: number): Promise<readonly string[] | undefined> | undefined
  counted?(): Counted
}

/**
 * One way to schedule work in a Node.js process, by its own documented calls and with nothing around them. A member
 * that is absent means: it has no such thing.
 */
export interface Candidate {
  /** Whether `guarded` means anything. */
  readonly hasGuard: boolean
  /** Runs `run` each second, under the name `job` where tasks have names. */
  everySecond(run: Run, overlap?: OverlapWish): Running
  /** The same, where each run may take at most `limitMs`. */
  everySecondLimited?(run: Run, limitMs: number): Running
  /** Runs `run` once, two hours from now. */
  inTwoHours(run: Run): void
  /** Runs `run` after 40 days, or each 40 days, or on a date at least 40 days away. */
  inFortyDays(run: Run): void
}

export const twoHoursMs = 2 * 3_600_000
export const fortyDaysMs = 40 * 86_400_000

/** The instant that is `ms` from now, as a five or six field cron expression would say it. */
export function cronAt(ms: number): string {
  const due = new Date(Date.now() + ms)
  const fields = [due.getSeconds(), due.getMinutes(), due.getHours(), due.getDate(), due.getMonth() + 1]
  return `${fields.join(' ')} *`
}
