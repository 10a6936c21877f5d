/** One instant in the three kinds of time that a supervisor uses, in milliseconds. */
export interface Now {
  /** Wall time since 1970. For people, cron and exporters; it may jump. */
  readonly wall: number
  /** Monotonic time since an arbitrary origin. For durations, timeouts, backoff and budgets. */
  readonly mono: number
  /** Monotonic time without the time of event-loop blocks and suspends of the machine. For health rules. */
  readonly awake: number
}
