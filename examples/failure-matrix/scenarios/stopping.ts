import { type Scenario, seconds } from '../scenario.ts'
import { sleep, until } from '../waiting.ts'

interface Stopped {
  readonly runEnded: boolean
  readonly tookMs: number
}

export const stopping: Scenario<Stopped> = {
  id: 'stopping',
  title: 'stop during a run',
  what: 'A run takes 1.5 s and ignores signals. 0.3 s after its start, the test calls the documented stop of the candidate, with a timeout of 5 s if it accepts one. Overlap protection is on, because `cron` waits for runs only then.',
  async act(candidate) {
    let begun = 0
    let ended = 0
    const running = candidate.everySecond(async () => {
      begun++
      await sleep(1_500)
      ended++
    }, 'guarded')
    await until(() => begun > 0, 3_500)
    await sleep(300)
    const began = performance.now()
    await running.stop(5_000)
    return { runEnded: ended === begun, tookMs: Math.round(performance.now() - began) }
  },
  cell({ facts }) {
    if (facts === null) return 'the process exits'
    return facts.runEnded ? 'waits for the run' : 'returns during the run'
  },
}

interface StoppedHung {
  readonly tookMs: number | null
  readonly named: boolean
}

export const stoppingHung: Scenario<StoppedHung> = {
  id: 'stopping-hung',
  title: 'stop during a run that never ends',
  what: 'As in the row above, but the run never settles, and the call gets a timeout of 2 s if it accepts one. Observed for 4 s. The times in the cells count from the call.',
  async act(candidate) {
    let begun = 0
    const running = candidate.everySecond(() => {
      begun++
      return new Promise(() => {})
    }, 'guarded')
    await until(() => begun > 0, 3_500)
    await sleep(300)
    const began = performance.now()
    const stopped = Promise.resolve(running.stop(2_000)).then((left) => ({
      tookMs: Math.round(performance.now() - began),
      named: left?.includes('job') ?? false,
    }))
    const waited = sleep(4_000).then(() => ({ tookMs: null, named: false }))
    return Promise.race([stopped, waited])
  },
  cell({ facts }) {
    if (facts === null || facts.tookMs === null) return 'has not returned after 4 s'
    if (facts.tookMs < 500) return 'returns immediately, does not report the run'
    return `returns after ${seconds(facts.tookMs)}, ${facts.named ? 'names the run' : 'does not report the run'}`
  },
}
