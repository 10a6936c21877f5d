export interface Now {
  /** Wall time in milliseconds since 1970. It may jump. */
  readonly wall: number
  /** Monotonic time: the milliseconds since an arbitrary instant. */
  readonly mono: number
  /** Monotonic time without the time in which the event loop was blocked or the machine was suspended. */
  readonly awake: number
}
