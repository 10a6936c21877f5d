/** The time that the observer goes by between events. A test may put a slower or faster one in its place. */
export interface ObserverClock {
  /** Wall time in milliseconds since 1970. */
  now(): number
  /** Calls `callback` after `ms`, without keeping the process alive. Returns the call that takes it back. */
  setTimer(callback: () => void, ms: number): () => void
}

/** The timers of this process, and the wall time that `now` gives: that of the supervisor once there is one. */
export function realClock(now: () => number): ObserverClock {
  return {
    now,
    setTimer(callback, ms) {
      const timeout = setTimeout(callback, ms).unref()
      return () => clearTimeout(timeout)
    },
  }
}
