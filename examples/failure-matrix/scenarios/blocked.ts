import { type Scenario, said } from '../scenario.ts'
import { sleep, until } from '../waiting.ts'

interface Facts {
  readonly burst: number
  readonly continues: boolean
  readonly missed: number | null
}

export const blocked: Scenario<Facts> = {
  id: 'blocked',
  title: 'the event loop is blocked for 3.5 s',
  what: 'A task runs every second. 0.2 s after one of its runs the event loop is blocked, and three slots pass. The test counts the runs in the 0.2 s after the block, and then the runs at the next slot.',
  async act(candidate) {
    const begunAt: number[] = []
    const running = candidate.everySecond(async () => {
      begunAt.push(performance.now())
    })
    await until(() => begunAt.length >= 2, 5_000)
    await sleep(200)
    // The block ends 3.7 s after the last run. So the next slot is 0.3 s after the block.
    const end = (begunAt.at(-1) ?? 0) + 3_700
    while (performance.now() < end) {
      // Blocks the event loop.
    }
    await sleep(1_700)
    const since = begunAt.filter((at) => at >= end)
    const burst = since.filter((at) => at < end + 200).length
    return { burst, continues: since.length > burst, missed: running.counted?.().missed ?? null }
  },
  cell({ facts, lines }) {
    if (facts === null) return 'the process exits'
    const { burst, continues, missed } = facts
    const runs = ['no run', '1 run for the 3 slots'][burst] ?? `a burst of ${burst} runs`
    const counts = missed ? [`reports ${missed} missed`] : []
    // If a candidate counts missed slots, the table shows this count instead of "logs nothing".
    const words = lines > 0 || !missed ? [said(lines)] : []
    return [runs, ...counts, ...words, ...(continues ? [] : ['does not run again'])].join(', ')
  },
}
