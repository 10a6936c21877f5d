import type { AdopterHarness } from '../../src/testing/index.ts'
import { adoptTimers, setInterval } from '../../src/timers/index.ts'

export function timersHarness(periodMs: number): AdopterHarness {
  return {
    periodMs,
    start({ supervisor, name, job }) {
      Object.defineProperty(job, 'name', { value: name, configurable: true })
      if (supervisor) adoptTimers(supervisor)
      const timer = (supervisor ? setInterval : globalThis.setInterval)(job, periodMs)
      return {
        adoptAgain: () => supervisor && adoptTimers(supervisor),
        remove: () => clearInterval(timer),
      }
    },
  }
}
