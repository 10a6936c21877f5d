/** The clock that the observer uses between events. Tests can replace it. */
export interface ObserverClock {
  /** Wall time in milliseconds since 1970. */
  now(): number
  /** Calls `callback` after `ms`, without keeping the process alive. Returns a function that cancels the timer. */
  setTimer(callback: () => void, ms: number): () => void
}

/** Timers of this process, with wall time from `now`. */
export function systemClock(now: () => number): ObserverClock {
  return {
    now,
    setTimer(callback, ms) {
      const timeout = setTimeout(callback, ms).unref()
      return () => clearTimeout(timeout)
    },
  }
}
