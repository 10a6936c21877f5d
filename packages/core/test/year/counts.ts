import type { Stretch } from './zone-walk.ts'

// Computes the expected numbers of slots without the code under test.

const day = 86_400_000
const minute = 60_000

function multiples(from: number, to: number, step: number, phase = 0): number {
  return Math.ceil((to - phase) / step) - Math.ceil((from - phase) / step)
}

/** Intervals that are anchored to 1970 have the same slots in all zones. */
export function sinceEpoch(from: number, to: number, periodMs: number, phaseMs = 0): number {
  return multiples(from, to, periodMs, phaseMs)
}

/** The start is a slot. */
export function sinceStart(from: number, to: number, periodMs: number): number {
  return Math.ceil((to - from) / periodMs)
}

/** In local time, the slots of wildcards are multiples of `step`, shifted by `phase`. */
export function wildcard(stretches: readonly Stretch[], step: number, phase = 0): number {
  const counts = stretches.map(({ from, to, offsetMs }) =>
    multiples(from + offsetMs, to + offsetMs, step, phase),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** `dayStart` is midnight of a local date as if the zone were UTC. */
export type DayFilter = (dayStart: number) => boolean

export const everyDay: DayFilter = () => true
export const onWeekdays: DayFilter = (dayStart) => ![0, 6].includes(new Date(dayStart).getUTCDay())
export const onFirstOfMonth: DayFilter = (dayStart) => new Date(dayStart).getUTCDate() === 1
export const onLeapDay: DayFilter = (dayStart) =>
  new Date(dayStart).getUTCMonth() === 1 && new Date(dayStart).getUTCDate() === 29

function datesIn({ from, to, offsetMs }: Stretch, timeOfDay: number, filter: DayFilter): number[] {
  const first = Math.ceil((from + offsetMs - timeOfDay) / day) * day
  const dates: number[] = []
  for (let date = first; date + timeOfDay < to + offsetMs; date += day) if (filter(date)) dates.push(date)
  return dates
}

/** `dst: 'literal'`: no slot if the clocks skip the time, two if they repeat it. */
export function literal(stretches: readonly Stretch[], timeOfDay: number, filter = everyDay): number {
  return stretches.flatMap((stretch) => datesIn(stretch, timeOfDay, filter)).length
}

/** `dst: 'skip'`: no slot if the clocks skip the time, one if they repeat it. */
export function skipping(stretches: readonly Stretch[], timeOfDay: number, filter = everyDay): number {
  return new Set(stretches.flatMap((stretch) => datesIn(stretch, timeOfDay, filter))).size
}

/** Without `dst`: exactly one slot per date, as in Debian's cron. */
export function debian(stretches: readonly Stretch[], timeOfDay: number, filter = everyDay): number {
  const first = stretches[0]
  const last = stretches.at(-1)
  if (first === undefined || last === undefined) return 0
  const local = { from: first.from + first.offsetMs, to: last.to + last.offsetMs, offsetMs: 0 }
  return datesIn(local, timeOfDay, filter).length
}

export function clockTime(hours: number, minutes: number): number {
  return (hours * 60 + minutes) * minute
}
