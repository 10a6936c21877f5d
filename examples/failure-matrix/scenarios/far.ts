import { count, type Scenario, said } from '../scenario.ts'
import { sleep } from '../waiting.ts'

interface Facts {
  readonly runs: number
}

export const far: Scenario<Facts> = {
  id: 'far',
  title: 'a task is due in 40 days, more than the 24.8 days that a timer supports',
  what: 'A task is due in 40 days or more. Observed for 1.5 s.',
  async act(candidate) {
    let runs = 0
    candidate.inFortyDays(() => {
      runs++
    })
    await sleep(1_500)
    return { runs }
  },
  cell({ facts, lines }) {
    if (facts === null) return 'the process exits'
    if (facts.runs === 0) return lines === 0 ? 'waits' : `waits, ${said(lines)}`
    return `runs ${count(facts.runs)} times in 1.5 s, ${said(lines)}`
  },
}
