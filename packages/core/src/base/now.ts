export interface Now {
  /** Wall time since 1970. It may jump. */
  readonly wall: number
  /** Monotonic time since an arbitrary origin. */
  readonly mono: number
  /** Monotonic time without event-loop blocks and suspends of the machine. */
  readonly awake: number
}
