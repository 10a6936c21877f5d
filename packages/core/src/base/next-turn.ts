import timers from 'node:timers'

/** The real function, read when the module loads: fake timers of a test may replace it later, and jsdom has none. */
const setImmediate = timers.setImmediate

/** Calls `callback` in the next turn of the event loop, so that other callbacks of the process can run before it. */
export function inNextTurn(callback: () => void): void {
  setImmediate(callback)
}
