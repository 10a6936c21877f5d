import { mock } from 'node:test'

/** Small enough for a task that runs every second. */
const stepMs = 500
/** More than `timers` timers in each of `steps` consecutive steps are a busy loop. */
const busy = { timers: 20, steps: 4 }

/**
 * Lets `ms` pass from `from` on, with the fake timers of `node:test`. `look` is called once a minute. A busy
 * loop ends it early: then it returns the current wall time.
 */
export async function passTime(
  from: number,
  ms: number,
  start: () => void,
  look: (sinceMs: number) => void = () => {},
): Promise<number | undefined> {
  const turn = globalThis.setImmediate
  const settle = () => new Promise<void>((resolve) => turn(resolve))
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: from })
  const arm = globalThis.setTimeout
  let timers = 0
  // As in Node, no timer waits for less than 1 ms. In a busy loop, timers wait for the next step.
  const armed = (run: () => void, delayMs = 1, ...given: []) => {
    timers++
    return arm(run, Math.max(timers > busy.timers ? stepMs : 1, delayMs), ...given)
  }
  globalThis.setTimeout = Object.assign(armed, arm)
  try {
    start()
    await settle()
    let busySteps = 0
    for (let since = stepMs; since <= ms; since += stepMs) {
      timers = 0
      mock.timers.tick(stepMs)
      await settle()
      busySteps = timers > busy.timers ? busySteps + 1 : 0
      if (busySteps >= busy.steps) return from + since
      if (since % 60_000 === 0) look(since)
    }
    return undefined
  } finally {
    mock.timers.reset()
  }
}
