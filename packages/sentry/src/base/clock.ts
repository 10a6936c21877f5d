/** The clock that the observer uses between events. Tests can replace it. */
export interface ObserverClock {
  /** Wall time in milliseconds since 1970. */
  now(): number
  /** Calls `callback` after `ms`, without keeping the process alive. Returns a function that cancels the timer. */
  setTimer(callback: () => void, ms: number): () => void
}

/** A clock with the timers of this process. Its wall time comes from `now`. */
export function systemClock(now: () => number): ObserverClock {
  return {
    now,
    setTimer(callback, ms) {
      const timeout: unknown = setTimeout(callback, ms)
      // In Node a timer is an object. In an environment such as jsdom it is a number without `unref`.
      if (typeof timeout === 'object') (timeout as NodeJS.Timeout).unref()
      return () => clearTimeout(timeout as NodeJS.Timeout)
    },
  }
}
