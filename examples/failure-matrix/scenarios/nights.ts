import type { Candidate } from '../candidate.ts'
import type { Scenario } from '../scenario.ts'
import { passTime } from '../virtual-time.ts'

interface Facts {
  readonly times: readonly string[]
  /** From this time on, the candidate runs the task without a pause. */
  readonly busyAt?: string
}

const zone = 'Europe/Berlin'
const hourMs = 3_600_000

async function night(candidate: Candidate, from: number, hours: number): Promise<Facts | undefined> {
  const { dailyInZone } = candidate
  if (dailyInZone === undefined) return undefined
  const times: string[] = []
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'short' })
  const busyAt = await passTime(from, hours * hourMs, () => {
    const run = async () => void times.push(clock.format(Date.now()))
    dailyInZone(run, '30 2 * * *', zone)
  })
  return { times: times.slice(0, 3), ...(busyAt === undefined ? {} : { busyAt: clock.format(busyAt) }) }
}

function cellOf(facts: Facts | null): string {
  if (facts === null) return 'the process exits'
  const { times, busyAt } = facts
  const [first] = times
  if (first === undefined) return 'does not run that night'
  if (busyAt !== undefined) return `runs at ${first}, and from ${busyAt} on again and again`
  return times.length === 1 ? `runs at ${first}` : `runs ${times.length} times: at ${times.join(' and ')}`
}

export const springNight: Scenario<Facts> = {
  id: 'spring-night',
  title: 'a daily task at a time that the change to summer time skips',
  what: 'A task is due at 2:30 in Berlin each day. In the night to 28 March 2027 clocks go from 2:00 to 3:00. Observed from 1:00 to 5:00, under the fake timers of `node:test`. The times are those in Berlin.',
  act: (candidate) => night(candidate, Date.UTC(2027, 2, 28, 0, 0), 3),
  cell: ({ facts }) => cellOf(facts),
}

export const autumnNight: Scenario<Facts> = {
  id: 'autumn-night',
  title: 'a daily task at a time that the end of summer time repeats',
  what: 'As in the row above, but in the night to 31 October 2027, when clocks go from 3:00 back to 2:00. Observed from 1:00 to 4:00.',
  act: (candidate) => night(candidate, Date.UTC(2027, 9, 30, 23, 0), 4),
  cell: ({ facts }) => cellOf(facts),
}
