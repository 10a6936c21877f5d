export type Run = () => void | Promise<void>

/**
 * How a candidate treats a slot that is due during an active run. `default`: it gets no option for that.
 * `guarded`: its overlap protection. `free`: the runs overlap.
 */
export type OverlapWish = 'default' | 'guarded' | 'free'

/** What a candidate reports about its task. A field is absent if the candidate does not report it. */
export interface Counted {
  readonly skipped?: number
  readonly missed?: number
  readonly health?: string
  /** The message of the last error. */
  readonly lastError?: string | undefined
}

export interface Running {
  /**
   * Stops the task in the documented way, and waits for active runs if the candidate can. `deadlineMs` is the timeout,
   * for candidates that accept one. @returns the names of the runs that had not ended, if the candidate reports them
   */
  stop(deadlineMs: number): Promise<readonly string[] | undefined> | undefined
  /** Removes the task in the documented way. */
  remove(): Promise<unknown> | undefined
  /** Reschedules the task to the same schedule, in the documented way. */
  reschedule(): void
  counted?(): Counted
}

/**
 * One way to schedule work in a Node.js process, used only through its documented calls. A method is absent if the
 * candidate has no such feature.
 */
export interface Candidate {
  /** Whether it has overlap protection, so that `guarded` has an effect. */
  readonly hasGuard: boolean
  /** Runs `run` every second, with the name `job` if tasks have names. */
  everySecond(run: Run, overlap?: OverlapWish): Running
  /** Like {@link everySecond}, with a timeout of `limitMs` for each run. */
  everySecondLimited?(run: Run, limitMs: number): Running
  /** Like {@link everySecond}, but by a cron expression. Absent if {@link everySecond} uses one already. */
  everySecondByCron?(run: Run): Running
  /** Runs `run` each day at the time that is `inMs` from now, with catch-up if there is such an option. */
  daily(run: Run, inMs: number): Pick<Running, 'counted'>
  /** Runs `run` by a cron expression in a time zone. */
  dailyInZone?(run: Run, expression: string, timeZone: string): void
  /** Like {@link everySecond}, on one of several hosts: on this one if `isChosen`. */
  everySecondOnOneHost?(run: Run, isChosen: boolean): void
  /**
   * Handles SIGINT and SIGTERM in the documented way: stops, waits for `report` and exits. Absent if the application
   * has to install the handlers itself.
   */
  handleSignals?(report: () => Promise<void>): void
  /** Runs `run` once, two hours from now. */
  inTwoHours(run: Run): void
  /** Runs `run` after 40 days, every 40 days, or at a date that is at least 40 days away. */
  inFortyDays(run: Run): void
}

export const twoHoursMs = 2 * 3_600_000
export const fortyDaysMs = 40 * 86_400_000

/** Returns a cron expression for each day at the time that is `ms` from now. */
export function dailyAt(ms: number): string {
  const due = new Date(Date.now() + ms)
  return `${due.getSeconds()} ${due.getMinutes()} ${due.getHours()} * * *`
}

/** Returns a cron expression for the instant that is `ms` from now. */
export function cronAt(ms: number): string {
  const due = new Date(Date.now() + ms)
  const fields = [due.getSeconds(), due.getMinutes(), due.getHours(), due.getDate(), due.getMonth() + 1]
  return `${fields.join(' ')} *`
}
