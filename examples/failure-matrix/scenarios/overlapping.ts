import type { Scenario } from '../scenario.ts'
import { sleep } from '../waiting.ts'

interface Facts {
  readonly most: number
}

export const overlapping: Scenario<Facts> = {
  id: 'overlapping',
  title: 'runs of 2.5 s every second, without overlap protection',
  what: 'A task runs every second, and each run takes 2.5 s. Overlap protection is off. Observed for 4.5 s.',
  async act(candidate) {
    let live = 0
    let most = 0
    candidate.everySecond(async () => {
      live++
      most = Math.max(most, live)
      await sleep(2_500)
      live--
    }, 'free')
    await sleep(4_500)
    return { most }
  },
  cell: ({ facts }) => `up to ${facts?.most} concurrent runs`,
}
