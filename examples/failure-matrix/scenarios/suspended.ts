import { twoHoursMs } from '../candidate.ts'
import { type Scenario, seconds } from '../scenario.ts'
import { sleep, until } from '../waiting.ts'

interface Facts {
  /** How long after its instant, as the jumped clock has it, the task ran. */
  readonly lateMs: number | null
}

const watchedMs = 32_000

/** From here on the wall clock is `ms` ahead, while timers and the monotonic clock go on as before. */
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
  what: 'Simulated: a task is due in 2 h; after 1 s the wall clock jumps 2 h ahead while monotonic time stands still, as at a resume. Watched for 32 s.',
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
    if (facts === null) return 'the process dies'
    return facts.lateMs === null
      ? `not run within ${watchedMs / 1_000} s of the wake-up`
      : `runs ${seconds(facts.lateMs)} late`
  },
}
