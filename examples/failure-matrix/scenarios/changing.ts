import type { Counted } from '../candidate.ts'
import { type Scenario, said, seconds } from '../scenario.ts'
import { sleep, until } from '../waiting.ts'

interface Rescheduled extends Counted {
  /** How many of the ten seconds had a run. */
  readonly slots: number
  readonly runs: number
}

const slots = 10

async function afterSecond(ms: number): Promise<void> {
  await sleep(1_000 - ((Date.now() - ms) % 1_000))
}

export const rescheduled: Scenario<Rescheduled> = {
  id: 'rescheduled',
  title: 'a task is rescheduled at each of its slots',
  what: 'A task runs every second, by a cron expression if the candidate supports cron. At each full second a timer reschedules the task to the same schedule, as a service may do when it reloads its configuration. Observed for ten seconds.',
  async act(candidate) {
    const seen = new Set<number>()
    let runs = 0
    let isWatched = false
    const start = candidate.everySecondByCron ?? candidate.everySecond
    const running = start(async () => {
      if (!isWatched) return
      runs++
      // A timer may fire a little early. So a run in the last 50 ms before a full second counts for the next second.
      seen.add(Math.floor((Date.now() + 50) / 1_000))
    })
    await afterSecond(500)
    const before = running.counted?.()
    isWatched = true
    for (let n = 0; n < slots; n++) {
      await afterSecond(0)
      running.reschedule()
    }
    await afterSecond(500)
    const { skipped = 0, missed = 0 } = running.counted?.() ?? {}
    return {
      slots: seen.size,
      runs,
      skipped: skipped - (before?.skipped ?? 0),
      missed: missed - (before?.missed ?? 0),
    }
  },
  cell({ facts, lines }) {
    if (facts === null) return 'the process exits'
    const { runs, skipped = 0, missed = 0 } = facts
    const words = [`runs in ${facts.slots} of ${slots} seconds`]
    if (runs > facts.slots) words.push(`${runs - facts.slots} runs too many`)
    if (facts.slots < slots) words.push(skipped + missed > 0 ? `reports ${skipped + missed}` : said(lines))
    return words.join(', ')
  },
}

interface Removed {
  readonly tookMs: number | null
  readonly runsAfter: number
}

const watchedMs = 8_000

export const removesItself: Scenario<Removed> = {
  id: 'removes-itself',
  title: 'a run that removes its own task, and waits for that',
  what: 'A task runs every second. Its first run calls the function that removes the task, and awaits the result. Observed until the call has returned, but for 8 s at most, and then for another 1.5 s.',
  async act(candidate) {
    let runs = 0
    let began = 0
    let tookMs: number | null = null
    const running = candidate.everySecond(async () => {
      runs++
      if (runs > 1) return
      began = performance.now()
      await running.remove()
      tookMs = Math.round(performance.now() - began)
    })
    await until(() => tookMs !== null, watchedMs)
    const before = runs
    await sleep(1_500)
    return { tookMs, runsAfter: runs - before }
  },
  cell({ facts }) {
    if (facts === null) return 'the process exits'
    const { tookMs, runsAfter } = facts
    const call =
      tookMs === null
        ? 'the call does not return'
        : tookMs < 500
          ? 'removed immediately'
          : `the call returns after ${seconds(tookMs)}`
    return runsAfter === 0 ? call : `${call}, runs again`
  },
}
