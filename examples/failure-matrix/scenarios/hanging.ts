import type { Counted, Running } from '../candidate.ts'
import { type Observation, type Scenario, said } from '../scenario.ts'
import { sleep } from '../waiting.ts'

interface Facts extends Counted {
  readonly begun: number
  readonly guarded: boolean
}

const watchedMs = 4_500
const limitMs = 1_000

async function watch(start: (run: () => Promise<void>) => Running, guarded: boolean): Promise<Facts> {
  let begun = 0
  const running = start(() => {
    begun++
    return new Promise(() => {})
  })
  await sleep(watchedMs)
  return { begun, guarded, ...running.counted?.() }
}

function cellOf({ facts, lines }: Observation<Facts>): string {
  if (facts === null) return 'no such option'
  const { begun, guarded, skipped, health } = facts
  if (!guarded) return `no protection: ${begun} concurrent runs, ${said(lines)}`
  const words = [begun === 1 ? 'only 1 run' : `${begun} runs`]
  if (skipped !== undefined && skipped > 0) words.push(`reports ${skipped} skipped`)
  words.push(said(lines))
  if (health === 'unhealthy' || health === 'degraded') words.push(`reports the task as ${health}`)
  return words.join(', ')
}

export const hangs: Scenario<Facts> = {
  id: 'hangs',
  title: 'a run never settles, with overlap protection',
  what: "The runs of a task that runs every second never settle. The candidate's own overlap protection is on. Observed for 4.5 s.",
  act: (candidate) => watch((run) => candidate.everySecond(run, 'guarded'), candidate.hasGuard),
  cell: cellOf,
}

export const hangsLimited: Scenario<Facts> = {
  id: 'hangs-limited',
  title: 'a run never settles, with overlap protection and a timeout of 1 s',
  what: 'As in the row above, for candidates that have a timeout for runs in the same process.',
  async act(candidate) {
    if (candidate.everySecondLimited === undefined) return undefined
    return watch((run) => candidate.everySecondLimited?.(run, limitMs) as Running, true)
  },
  cell: cellOf,
}
