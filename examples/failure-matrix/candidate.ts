export type Run = () => void | Promise<void>

/** `guarded`: runs must not overlap. `free`: runs may overlap. `default`: no option is set. */
export type OverlapWish = 'default' | 'guarded' | 'free'

/** A field is absent if the candidate does not report it. */
export interface Counted {
  readonly skipped?: number
  readonly missed?: number
  readonly health?: string
  readonly lastError?: string | undefined
}

export interface Running {
  /**
   * Stops the task, and waits for active runs if the candidate can do this. Returns the names of unfinished runs, or
   * `undefined` if the candidate does not report them.
   */
  stop(deadlineMs: number): Promise<readonly string[] | undefined> | undefined
  remove(): Promise<unknown> | undefined
  reschedule(): void
  counted?(): Counted
}

/**
 * One way to schedule work, with the calls that its documentation shows. A method is absent if the candidate lacks
 * the feature.
 */
export interface Candidate {
  readonly hasGuard: boolean
  everySecond(run: Run, overlap?: OverlapWish): Running
  everySecondLimited?(run: Run, limitMs: number): Running
  /**
   * Absent if {@link everySecond} already uses a cron expression. Also absent for `setInterval` and toad-scheduler.
   */
  everySecondByCron?(run: Run): Running
  /**
   * The first run is due in `inMs`. Only this run is observed, so some candidates use a timer. Uses catch-up if the
   * candidate has it.
   */
  daily(run: Run, inMs: number): Pick<Running, 'counted'>
  dailyInZone?(run: Run, expression: string, timeZone: string): void
  /** Like {@link everySecond}, on several hosts. This host runs the task if `isChosen` is true. */
  everySecondOnOneHost?(run: Run, isChosen: boolean): void
  /**
   * On SIGINT or SIGTERM, stops the tasks, waits for `report`, and exits. Absent if the candidate does not handle
   * signals.
   */
  handleSignals?(report: () => Promise<void>): void
  inTwoHours(run: Run): void
  inFortyDays(run: Run): void
}

export const twoHoursMs = 2 * 3_600_000
export const fortyDaysMs = 40 * 86_400_000

/** Returns a cron expression for each day at the time that is `ms` from now. */
export function dailyAt(ms: number): string {
  const due = new Date(Date.now() + ms)
  return `${due.getSeconds()} ${due.getMinutes()} ${due.getHours()} * * *`
}

export function cronAt(ms: number): string {
  const due = new Date(Date.now() + ms)
  const fields = [due.getSeconds(), due.getMinutes(), due.getHours(), due.getDate(), due.getMonth() + 1]
  return `${fields.join(' ')} *`
}
