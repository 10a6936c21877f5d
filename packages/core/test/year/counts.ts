import type { Stretch } from './zone-walk.ts'

// How many slots there must be, from the stretches of a zone by division alone.

const day = 86_400_000
const minute = 60_000

/** Multiples of `step`, plus `phase`, in [from, to). */
function multiples(from: number, to: number, step: number, phase = 0): number {
  return Math.ceil((to - phase) / step) - Math.ceil((from - phase) / step)
}

/** Slots each `periodMs` from 1970 on; the same in all zones. */
export function sinceEpoch(from: number, to: number, periodMs: number, phaseMs = 0): number {
  return multiples(from, to, periodMs, phaseMs)
}

/** Slots each `periodMs` from the start on, the start among them. */
export function sinceStart(from: number, to: number, periodMs: number): number {
  return Math.ceil((to - from) / periodMs)
}

/** Wildcards follow elapsed time: whatever the clocks do, each local multiple that they come by counts. */
export function wildcard(stretches: readonly Stretch[], step: number, phase = 0): number {
  const counts = stretches.map(({ from, to, offsetMs }) =>
    multiples(from + offsetMs, to + offsetMs, step, phase),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Says whether a local date counts; `dayStart` is its midnight as if it were UTC. */
export type DayFilter = (dayStart: number) => boolean

export const everyDay: DayFilter = () => true
export const onWeekdays: DayFilter = (dayStart) => ![0, 6].includes(new Date(dayStart).getUTCDay())
export const onFirstOfMonth: DayFilter = (dayStart) => new Date(dayStart).getUTCDate() === 1
export const onLeapDay: DayFilter = (dayStart) =>
  new Date(dayStart).getUTCMonth() === 1 && new Date(dayStart).getUTCDate() === 29

/** The dates whose clock shows `timeOfDay` within a stretch of local time. */
function datesIn({ from, to, offsetMs }: Stretch, timeOfDay: number, filter: DayFilter): number[] {
  const first = Math.ceil((from + offsetMs - timeOfDay) / day) * day
  const dates: number[] = []
  for (let date = first; date + timeOfDay < to + offsetMs; date += day) if (filter(date)) dates.push(date)
  return dates
}

/** A fixed time, each time that the clocks show it: not on the day of its gap, twice on that of its fold. */
export function literal(stretches: readonly Stretch[], timeOfDay: number, filter = everyDay): number {
  return stretches.flatMap((stretch) => datesIn(stretch, timeOfDay, filter)).length
}

/** A fixed time, at most once a date: not on the day of its gap, once on that of its fold. */
export function skipping(stretches: readonly Stretch[], timeOfDay: number, filter = everyDay): number {
  return new Set(stretches.flatMap((stretch) => datesIn(stretch, timeOfDay, filter))).size
}

/** A fixed time exactly once each date, as in Debian: as if the clocks were changed at neither end of the year only. */
export function debian(stretches: readonly Stretch[], timeOfDay: number, filter = everyDay): number {
  const first = stretches[0]
  const last = stretches.at(-1)
  if (first === undefined || last === undefined) return 0
  const local = { from: first.from + first.offsetMs, to: last.to + last.offsetMs, offsetMs: 0 }
  return datesIn(local, timeOfDay, filter).length
}

/** A time of day in milliseconds. */
export function clockTime(hours: number, minutes: number): number {
  return (hours * 60 + minutes) * minute
}
