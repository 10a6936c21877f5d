import type { SupervisorEvent } from '../../src/index.ts'
import { Supervisor } from '../../src/index.ts'
import { VirtualClock } from '../../src/testing/index.ts'
import type { YearTask } from './tasks.ts'
import { walkZone } from './zone-walk.ts'

export interface Tally {
  readonly name: string
  readonly expected: number
  runs: number
  succeeded: number
  /** Above 0 only if the machine sleeps or the clock is set forward. */
  missed: number
  lost: number
  disorder: number
  lastSlot: number
}

/** Jitter and spread may delay the last runs beyond the end of the tested period. */
const slackMs = 60_000

export interface ClockMoves {
  readonly awakeMs: number
  readonly moveMs: number
  readonly move: (clock: VirtualClock, ms: number) => void
}

export async function runYear(
  tasks: readonly YearTask[],
  from: number,
  to: number,
  moves?: ClockMoves,
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
      missed: 0,
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
    const run = index % 4 === 0 ? () => Promise.resolve() : () => {}
    supervisor.register({ name, schedule, run, history: 0 })
  })
  await supervisor.start()
  while (moves !== undefined && clock.now() + moves.awakeMs + moves.moveMs < to) {
    await clock.advance(moves.awakeMs)
    moves.move(clock, moves.moveMs)
  }
  await clock.advance(to - clock.now() + slackMs)
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
      if (event.atLeast) tally.lost += 1
      if (event.to < to) tally.missed += event.count
      return
    case 'run.skipped':
      if ((event.scheduledAt ?? 0) < to) tally.lost += event.count
  }
}

export function faultOf(tally: Tally, sleeps: boolean): string | undefined {
  const { name, expected, runs, succeeded, missed, lost, disorder } = tally
  const isRight = runs + missed === expected && succeeded === runs && (sleeps || missed === 0)
  if (isRight && lost === 0 && disorder === 0) return undefined
  return `${name}: expected ${expected} slots; ${runs} runs, ${succeeded} succeeded, ${missed} missed, ${lost} lost, ${disorder} out of order`
}
