import type { SupervisorEvent } from '../../src/index.ts'
import { Supervisor } from '../../src/index.ts'
import { VirtualClock } from '../../src/testing/index.ts'
import type { YearTask } from './tasks.ts'
import { walkZone } from './zone-walk.ts'

/** What became of one task. */
export interface Tally {
  readonly name: string
  readonly expected: number
  /** Runs whose slot lies in the time that was asked for. */
  runs: number
  succeeded: number
  /** Slots that were skipped or missed: there must be none. */
  lost: number
  /** Slots that were not later than the one before: there must be none. */
  disorder: number
  lastSlot: number
}

/** Jitter and spread may move the last runs of the time beyond its end. */
const slackMs = 60_000

/** Runs `tasks` in a supervisor from `from` to `to` of virtual wall time, and counts. */
export async function runYear(
  tasks: readonly YearTask[],
  from: number,
  to: number,
): Promise<readonly Tally[]> {
  const zones = new Map(
    [...new Set(tasks.map(({ timeZone }) => timeZone))].map((zone) => [zone, walkZone(zone, from, to)]),
  )
  const tallies = new Map<string, Tally>()
  for (const { name, expected, timeZone } of tasks) {
    const count = expected(from, to, zones.get(timeZone) ?? [])
    tallies.set(name, {
      name,
      expected: count,
      runs: 0,
      succeeded: 0,
      lost: 0,
      disorder: 0,
      lastSlot: Number.NEGATIVE_INFINITY,
    })
  }
  const onEvent = (event: SupervisorEvent): void => {
    if (!('task' in event)) return
    const tally = tallies.get(event.task)
    if (tally) count(tally, event, to)
  }
  const clock = new VirtualClock({ startAt: from, settle: 'microtasks' })
  const observers = [{ name: 'tally', onEvent }]
  const supervisor = new Supervisor({ clock, observers, seed: 7, env: {}, monitor: '1h' })
  tasks.forEach(({ name, schedule }, index) => {
    // A few functions answer later: most of the runs in a service do.
    const run = index % 4 === 0 ? () => Promise.resolve() : () => {}
    supervisor.register({ name, schedule, run, history: 0 })
  })
  await supervisor.start()
  await clock.advance(to - from + slackMs)
  const stopped = supervisor.stop()
  await clock.advance(60_000)
  await stopped
  return [...tallies.values()]
}

function count(tally: Tally, event: SupervisorEvent, to: number): void {
  switch (event.type) {
    case 'run.started': {
      const { scheduledAt = Number.NaN } = event
      if (!(scheduledAt > tally.lastSlot)) tally.disorder += 1
      tally.lastSlot = scheduledAt
      if (scheduledAt < to) tally.runs += 1
      return
    }
    case 'run.ended':
      if ((event.scheduledAt ?? Number.NaN) < to && event.outcome === 'succeeded') tally.succeeded += 1
      return
    case 'run.missed':
    case 'run.skipped':
      tally.lost += event.count
  }
}

/** What is wrong with a tally; `undefined` if nothing is. */
export function faultOf(tally: Tally): string | undefined {
  const { name, expected, runs, succeeded, lost, disorder } = tally
  if (runs === expected && succeeded === expected && lost === 0 && disorder === 0) return undefined
  return `${name}: expected ${expected} slots; ${runs} runs, ${succeeded} succeeded, ${lost} lost, ${disorder} out of order`
}
