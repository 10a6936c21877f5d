import timers from 'node:timers'

/** The real `setImmediate`: a test may fake it later, and jsdom has no global one. */
const setImmediate = timers.setImmediate

export function inNextTurn(callback: () => void): void {
  setImmediate(callback)
}
