import { type Scenario, said } from '../scenario.ts'
import { sleep, until } from '../waiting.ts'

interface Facts {
  /** Runs that began within 200 ms after the block. */
  readonly burst: number
  /** Whether it ran again at the slot after. */
  readonly goesOn: boolean
  readonly missed: number | null
}

export const blocked: Scenario<Facts> = {
  id: 'blocked',
  title: 'the event loop is held for 3.5 s',
  what: 'From 0.2 s after a run of a task each second: three slots pass. Runs in the 0.2 s after the block are counted, then the next slot.',
  async act(candidate) {
    const begunAt: number[] = []
    const running = candidate.everySecond(async () => {
      begunAt.push(performance.now())
    })
    await until(() => begunAt.length >= 2, 5_000)
    await sleep(200)
    // To the instant, so that the next slot is 0.3 s after it, however late this process got its turn.
    const end = (begunAt.at(-1) ?? 0) + 3_700
    while (performance.now() < end) {
      // Holds the event loop.
    }
    await sleep(1_700)
    const since = begunAt.filter((at) => at >= end)
    const burst = since.filter((at) => at < end + 200).length
    return { burst, goesOn: since.length > burst, missed: running.counted?.().missed ?? null }
  },
  cell({ facts, lines }) {
    if (facts === null) return 'the process dies'
    const { burst, goesOn, missed } = facts
    const runs = ['runs none of them', 'runs once for them'][burst] ?? `runs ${burst} times in a burst`
    const counts = missed ? [`counts ${missed} missed`] : []
    // What is counted has been said, if the log is silent about it.
    const words = lines > 0 || !missed ? [said(lines)] : []
    return [runs, ...counts, ...words, ...(goesOn ? [] : ['does not go on'])].join(', ')
  },
}
