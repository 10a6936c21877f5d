import type { Stretch } from './zone-walk.ts'

// Computes the expected numbers of slots without the code that is tested.

const day = 86_400_000
const minute = 60_000

function multiples(from: number, to: number, step: number, phase = 0): number {
  return Math.ceil((to - phase) / step) - Math.ceil((from - phase) / step)
}

export function sinceEpoch(from: number, to: number, periodMs: number, phaseMs = 0): number {
  return multiples(from, to, periodMs, phaseMs)
}

export function sinceStart(from: number, to: number, periodMs: number): number {
  return Math.ceil((to - from) / periodMs)
}

export function wildcard(stretches: readonly Stretch[], step: number, phase = 0): number {
  const counts = stretches.map(({ from, to, offsetMs }) =>
    multiples(from + offsetMs, to + offsetMs, step, phase),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** `dayStart` is midnight of a local date, written as if the zone were UTC. */
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

/** With `dst: 'literal'`, a time has no slot if the clocks skip it, and two slots if they repeat it. */
export function literal(stretches: readonly Stretch[], timeOfDay: number, filter = everyDay): number {
  return stretches.flatMap((stretch) => datesIn(stretch, timeOfDay, filter)).length
}

/** With `dst: 'skip'`, a time has no slot if the clocks skip it, and one slot if they repeat it. */
export function skipping(stretches: readonly Stretch[], timeOfDay: number, filter = everyDay): number {
  return new Set(stretches.flatMap((stretch) => datesIn(stretch, timeOfDay, filter))).size
}

/** Without `dst`, there is exactly one slot per date, as in Debian's cron. */
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
