/** The observer's clock. Tests can replace it. */
export interface ObserverClock {
  /** Wall time in milliseconds since 1970. */
  now(): number
  /**
   * Calls `callback` once after `ms`, without keeping the process alive. Returns a function that cancels the
   * call.
   */
  setTimer(callback: () => void, ms: number): () => void
}

export function systemClock(now: () => number): ObserverClock {
  return {
    now,
    setTimer(callback, ms) {
      const timeout: unknown = setTimeout(callback, ms)
      // // In jsdom, a timer is a number without `unref`.
      if (typeof timeout === 'object') (timeout as NodeJS.Timeout).unref()
      return () => clearTimeout(timeout as NodeJS.Timeout)
    },
  }
}
