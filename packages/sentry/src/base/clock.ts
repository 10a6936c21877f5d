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

/** About 24.8 days. With a longer time, `setTimeout` of Node calls its callback after 1 ms. */
const longestTimerMs = 2 ** 31 - 1

export function systemClock(now: () => number): ObserverClock {
  return {
    now,
    setTimer(callback, ms) {
      let timeout: unknown
      const wait = (leftMs: number): void => {
        const laterMs = leftMs - longestTimerMs
        timeout = setTimeout(
          () => (laterMs > 0 ? wait(laterMs) : callback()),
          Math.min(leftMs, longestTimerMs),
        )
        // In jsdom, `setTimeout` returns a number, which has no `unref`.
        if (typeof timeout === 'object') (timeout as NodeJS.Timeout).unref()
      }
      wait(ms)
      return () => clearTimeout(timeout as NodeJS.Timeout)
    },
  }
}
