import { mock } from 'node:test'

/** How far time moves in one step. It is small enough for a task that runs every second. */
const stepMs = 500
/**
 * The task is in a busy loop if it sets more than `timers` timers in each of `steps` consecutive steps. Such a loop is
 * not simulated to its end, because that would take too long.
 */
const busy = { timers: 20, steps: 4 }

/**
 * Replaces timers and `Date` by those of `node:test`, and lets `ms` pass from `from` on, in steps. `start` creates the
 * task. `look` is called once a minute with the time since the beginning. If the task sets timers in a busy loop, the
 * function returns the current wall time before the end.
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
  // As in Node, no timer waits for less than 1 ms. After too many timers in a step, further timers wait for the next
  // step. Otherwise the step would not end.
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
