import timers from 'node:timers'

/** The real `setImmediate`. A test may replace the global function later, and jsdom does not have it. */
const setImmediate = timers.setImmediate

export function inNextTurn(callback: () => void): void {
  setImmediate(callback)
}
