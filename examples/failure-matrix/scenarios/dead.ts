import type { Counted } from '../candidate.ts'
import { count, type Scenario, said } from '../scenario.ts'
import { passTime } from '../virtual-time.ts'

interface Facts extends Counted {
  readonly isGuarded: boolean
  readonly foundMin: number | null
}

const hourMs = 3_600_000

export const dead: Scenario<Facts> = {
  id: 'dead',
  title: 'a task that has been dead for an hour',
  what: 'The first run of a task that runs every second never settles. If the candidate has overlap protection, it prevents further runs. Nothing else is configured. Observed for an hour under the fake timers of `node:test`.',
  async act(candidate) {
    let running: ReturnType<typeof candidate.everySecond> | undefined
    let foundMin: number | null = null
    await passTime(
      Date.UTC(2027, 0, 11, 12),
      hourMs,
      () => {
        running = candidate.everySecond(() => new Promise(() => {}), 'guarded')
      },
      (sinceMs) => {
        if (running?.counted?.().health === 'unhealthy') foundMin ??= sinceMs / 60_000
      },
    )
    return { isGuarded: candidate.hasGuard, foundMin, ...running?.counted?.() }
  },
  cell({ facts, lines }) {
    if (facts === null) return 'the process exits'
    const { isGuarded, foundMin, skipped = 0 } = facts
    if (!isGuarded) return 'no protection: another run starts each second'
    const words = [foundMin === null ? 'no health' : `unhealthy after ${foundMin} min`]
    if (skipped > 0) words.push(`reports ${count(skipped)} skipped`)
    return [...words, said(lines)].join(', ')
  },
}
