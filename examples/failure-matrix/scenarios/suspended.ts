import { twoHoursMs } from '../candidate.ts'
import { type Scenario, seconds } from '../scenario.ts'
import { sleep, until } from '../waiting.ts'

interface Facts {
  /** How late the task ran, by the wall clock after its jump. */
  readonly lateMs: number | null
}

const watchedMs = 32_000

/** Sets the wall clock forward by `ms`. Timers and the monotonic clock stay as they are. */
function jump(ms: number): void {
  const Real = Date
  class Jumped extends Real {
    constructor(...args: unknown[]) {
      if (args.length === 0) super(Real.now() + ms)
      else super(...(args as [number]))
    }

    static override now(): number {
      return Real.now() + ms
    }
  }
  globalThis.Date = Jumped as unknown as DateConstructor
}

export const suspended: Scenario<Facts> = {
  id: 'suspended',
  title: 'the machine sleeps for 2 h',
  what: 'Simulated: a task is due in 2 h. After 1 s the wall clock jumps forward by 2 h, but monotonic time does not, as after a suspend. Observed for 32 s.',
  async act(candidate) {
    let ran = false
    candidate.inTwoHours(() => {
      ran = true
    })
    await sleep(1_000)
    jump(twoHoursMs)
    const waitedMs = await until(() => ran, watchedMs)
    return { lateMs: waitedMs === undefined ? null : Math.round(waitedMs + 1_000) }
  },
  cell({ facts }) {
    if (facts === null) return 'the process exits'
    return facts.lateMs === null
      ? `does not run within ${watchedMs / 1_000} s after the wake-up`
      : `runs ${seconds(facts.lateMs)} late`
  },
}
