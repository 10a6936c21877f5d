import { type Counted, twoHoursMs } from '../candidate.ts'
import { type Scenario, said, seconds } from '../scenario.ts'
import { sleep, until } from '../waiting.ts'
import { moveWallClock } from '../wall-clock.ts'

interface Facts {
  /** How late the run began, by the changed wall clock. `null` if the task did not run. */
  readonly lateMs: number | null
}

const watchedMs = 32_000

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
    moveWallClock(twoHoursMs)
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

interface Slept extends Counted {
  readonly afterMs: number | null
}

const hourMs = 3_600_000

export const sleptThrough: Scenario<Slept> = {
  id: 'slept-through',
  title: 'the machine sleeps for 8 h, and a daily task was due in the middle of it',
  what: 'Simulated as in the row above, with a task that runs each day and is due in 4 h. Catch-up is on for candidates with such an option. Observed for 32 s.',
  async act(candidate) {
    let ran = false
    const running = candidate.daily(async () => {
      ran = true
    }, 4 * hourMs)
    await sleep(1_000)
    moveWallClock(8 * hourMs)
    const afterMs = await until(() => ran, watchedMs)
    return { afterMs: afterMs === undefined ? null : Math.round(afterMs), ...running.counted?.() }
  },
  cell({ facts, lines }) {
    if (facts === null) return 'the process exits'
    if (facts.afterMs !== null) return `runs ${seconds(facts.afterMs)} after the wake-up`
    const { missed = 0 } = facts
    const report = missed > 0 ? `reports ${missed} missed` : said(lines)
    return `does not run within ${watchedMs / 1_000} s after the wake-up, ${report}`
  },
}

interface SetBack {
  readonly before: number
  readonly tookMs: number | null
}

export const setBack: Scenario<SetBack> = {
  id: 'set-back',
  title: 'the wall clock is set back by 2 h',
  what: 'A task runs every second: by a cron expression, or by an interval where there is no cron. After two runs the wall clock is set back by 2 h. Observed for 35 s, or until three more runs.',
  async act(candidate) {
    let runs = 0
    const start = candidate.everySecondByCron ?? candidate.everySecond
    start(async () => {
      runs++
    })
    await until(() => runs >= 2, 3_500)
    await sleep(200)
    const before = runs
    moveWallClock(-twoHoursMs)
    const tookMs = await until(() => runs >= before + 3, 35_000)
    return { before, tookMs: tookMs === undefined ? null : Math.round(tookMs) }
  },
  cell({ facts }) {
    if (facts === null) return 'the process exits'
    if (facts.tookMs === null) return 'does not run three times within 35 s'
    return facts.tookMs < 4_000 ? 'continues' : `continues after ${seconds(facts.tookMs - 2_000)}`
  },
}
