/** One instant on the three time lines that a supervisor keeps, all in milliseconds. */
export interface Now {
  /** Since 1970. For people, cron and exporters; it may jump. */
  readonly wall: number
  /** From an arbitrary origin, never back. For durations, timeouts, backoff and budgets. */
  readonly mono: number
  /** Monotonic time without the time for which the event loop was blocked or the machine slept. For "no sign of life since" and the health rules. */
  readonly awake: number
}
