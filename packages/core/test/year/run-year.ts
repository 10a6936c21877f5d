import type { SupervisorEvent } from '../../src/index.ts'
import { Supervisor } from '../../src/index.ts'
import { VirtualClock } from '../../src/testing/index.ts'
import type { YearTask } from './tasks.ts'
import { walkZone } from './zone-walk.ts'

/** The results of one task. */
export interface Tally {
  readonly name: string
  readonly expected: number
  /** Runs whose slot is in the requested time. */
  runs: number
  succeeded: number
  /** Skipped or missed slots, which must not occur. */
  lost: number
  /** Slots that were not later than the previous one, which must not occur. */
  disorder: number
  lastSlot: number
}

/** Jitter and spread may delay the last runs beyond the end. */
const slackMs = 60_000

/** Runs `tasks` in a supervisor from `from` to `to` in virtual wall time, and counts their slots. */
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
    // A quarter of the functions are asynchronous, like most in a real service.
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

/** The fault of a tally; `undefined` if there is none. */
export function faultOf(tally: Tally): string | undefined {
  const { name, expected, runs, succeeded, lost, disorder } = tally
  if (runs === expected && succeeded === expected && lost === 0 && disorder === 0) return undefined
  return `${name}: expected ${expected} slots; ${runs} runs, ${succeeded} succeeded, ${lost} lost, ${disorder} out of order`
}
