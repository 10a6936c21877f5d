import { type Scenario, said } from '../scenario.ts'
import { sleep } from '../waiting.ts'

interface Facts {
  readonly runs: number
}

export const far: Scenario<Facts> = {
  id: 'far',
  title: 'due in 40 days, beyond the 24.8 days that a timer can hold',
  what: 'A task that is due in 40 days or more, watched for 1.5 s.',
  async act(candidate) {
    let runs = 0
    candidate.inFortyDays(() => {
      runs++
    })
    await sleep(1_500)
    return { runs }
  },
  cell({ facts, lines }) {
    if (facts === null) return 'the process dies'
    if (facts.runs === 0) return lines === 0 ? 'waits' : `waits, ${said(lines)}`
    return `runs ${facts.runs} times in 1.5 s, ${said(lines)}`
  },
}
