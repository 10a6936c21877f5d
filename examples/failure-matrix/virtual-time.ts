import { mock } from 'node:test'

/** Promises settle only between two steps, so a step must be shorter than the shortest period, which is 1 s. */
const stepMs = 500
/** A busy loop sets more than `timers` timers in each of `steps` consecutive steps. */
const busy = { timers: 20, steps: 4 }

/**
 * Lets `ms` pass from `from` on, with the fake timers of `node:test`. Calls `look` once a minute.
 *
 * @returns `undefined`, or the current wall time if a busy loop of the task has ended it early
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
  // As in Node, a timer waits for at least 1 ms. In a busy loop, a timer waits for the next step.
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
