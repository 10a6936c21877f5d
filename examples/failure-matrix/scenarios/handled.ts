import { purpose, type Scenario } from '../scenario.ts'
import { sleep, until } from '../waiting.ts'

interface Facts {
  readonly runs: number
  readonly handled: number
}

export const handled: Scenario<Facts> = {
  id: 'handled',
  title: 'the first run throws synchronously, and the application has an `uncaughtException` handler',
  what: 'The application handles `uncaughtException` and continues, as many bots do. Only the first run throws. Observed for 3.5 s, or until the second run.',
  async act(candidate) {
    let runs = 0
    let handledCount = 0
    process.on('uncaughtException', () => {
      handledCount++
    })
    candidate.everySecond(() => {
      runs++
      if (runs === 1) throw new Error(purpose)
      return Promise.resolve()
    })
    await until(() => runs >= 2, 3_500)
    await sleep(100)
    return { runs, handled: handledCount }
  },
  cell({ facts, lines }) {
    const next = facts !== null && facts.runs > 1 ? 'continues' : 'never runs again'
    const words = [next]
    if (facts !== null && facts.handled > 0) words.push('the handler is called')
    if (lines > 0) words.push('logs it')
    return words.length === 1 ? `${next}, logs nothing` : words.join(', ')
  },
}
