import type { Candidate, Counted, Run } from '../candidate.ts'
import { type Observation, purpose, type Scenario } from '../scenario.ts'
import { sleep, until } from '../waiting.ts'

interface Runs {
  readonly runs: number
}

async function runTwice(candidate: Candidate, fail: Run): Promise<Runs> {
  let runs = 0
  candidate.everySecond(() => {
    runs++
    return fail()
  })
  await until(() => runs >= 2, 3_500)
  await sleep(100)
  return { runs }
}

function cellOf({ exitCode, facts, lines }: Observation<Runs>): string {
  if (exitCode !== 0) return `the process exits with code ${exitCode}`
  const next = facts !== null && facts.runs > 1 ? 'continues' : 'never runs again'
  return `${next}, ${lines > 0 ? 'logs it' : 'logs nothing'}`
}

export const rejects: Scenario<Runs> = {
  id: 'rejects',
  title: 'every run rejects',
  what: 'The function of a task that runs every second returns a promise that rejects. Observed for two runs.',
  act: (candidate) =>
    runTwice(candidate, async () => {
      throw new Error(purpose)
    }),
  cell: cellOf,
}

export const throws: Scenario<Runs> = {
  id: 'throws',
  title: 'every run throws synchronously',
  what: 'As in the row above, but the function throws instead of returning a promise.',
  act: (candidate) =>
    runTwice(candidate, () => {
      throw new Error(purpose)
    }),
  cell: cellOf,
}

export const firstFailure: Scenario<Counted> = {
  id: 'first-failure',
  title: 'what is known of a task whose first run has failed',
  what: 'The first run of a task that runs every second rejects. Health and last error are read 0.1 s later.',
  async act(candidate) {
    let runs = 0
    const running = candidate.everySecond(async () => {
      runs++
      throw new Error(purpose)
    })
    await until(() => runs >= 1, 3_500)
    await sleep(100)
    return running.counted?.() ?? {}
  },
  cell({ exitCode, facts }) {
    if (exitCode !== 0 || facts === null) return `the process exits with code ${exitCode}`
    const { health, lastError } = facts
    const error = lastError === undefined ? '' : ', has the last error'
    return health === undefined ? `no health${error}` : `${health}${error}`
  },
}
