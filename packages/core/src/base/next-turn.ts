import timers from 'node:timers'

/** The real `setImmediate`, read when this module loads: a test may fake it later, and jsdom has no global one. */
const setImmediate = timers.setImmediate

/** Calls `callback` in the next turn of the event loop, so that other callbacks of the process can run before it. */
export function inNextTurn(callback: () => void): void {
  setImmediate(callback)
}
