/** The time source of `sentryObserver`. A test can pass its own with the option `clock`. */
export interface ObserverClock {
  /** Wall time in milliseconds since 1970. */
  now(): number
  /**
   * Calls `callback` once after `ms` milliseconds. The timer does not keep the process alive. The returned function
   * cancels the timer.
   */
  setTimer(callback: () => void, ms: number): () => void
}

export function systemClock(now: () => number): ObserverClock {
  return {
    now,
    setTimer(callback, ms) {
      const timeout: unknown = setTimeout(callback, ms)
      // In jsdom, `setTimeout` returns a number, which has no `unref`.
      if (typeof timeout === 'object') (timeout as NodeJS.Timeout).unref()
      return () => clearTimeout(timeout as NodeJS.Timeout)
    },
  }
}
