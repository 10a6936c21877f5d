import type { Stretch } from './zone-walk.ts'

// The expected number of slots, computed from the offsets of a zone by division alone.

const day = 86_400_000
const minute = 60_000

/** Counts the multiples of `step`, plus `phase`, in [from, to). */
function multiples(from: number, to: number, step: number, phase = 0): number {
  return Math.ceil((to - phase) / step) - Math.ceil((from - phase) / step)
}

/** Slots every `periodMs` from 1970 on, the same in all zones. */
export function sinceEpoch(from: number, to: number, periodMs: number, phaseMs = 0): number {
  return multiples(from, to, periodMs, phaseMs)
}

/** Slots every `periodMs` from the start on, including the start. */
export function sinceStart(from: number, to: number, periodMs: number): number {
  return Math.ceil((to - from) / periodMs)
}

/**
 * Counts the slots of an expression with wildcards: in each stretch, the multiples of `step` in local time, shifted by
 * `phase`.
 */
export function wildcard(stretches: readonly Stretch[], step: number, phase = 0): number {
  const counts = stretches.map(({ from, to, offsetMs }) =>
    multiples(from + offsetMs, to + offsetMs, step, phase),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Returns whether a local date counts; `dayStart` is its midnight as if it were UTC. */
export type DayFilter = (dayStart: number) => boolean

export const everyDay: DayFilter = () => true
export const onWeekdays: DayFilter = (dayStart) => ![0, 6].includes(new Date(dayStart).getUTCDay())
export const onFirstOfMonth: DayFilter = (dayStart) => new Date(dayStart).getUTCDate() === 1
export const onLeapDay: DayFilter = (dayStart) =>
  new Date(dayStart).getUTCMonth() === 1 && new Date(dayStart).getUTCDate() === 29

/** The dates on which the clock shows `timeOfDay` within a stretch of local time. */
function datesIn({ from, to, offsetMs }: Stretch, timeOfDay: number, filter: DayFilter): number[] {
  const first = Math.ceil((from + offsetMs - timeOfDay) / day) * day
  const dates: number[] = []
  for (let date = first; date + timeOfDay < to + offsetMs; date += day) if (filter(date)) dates.push(date)
  return dates
}

/** Counts a fixed time as often as the clock shows it: not if the clocks skip it, twice if they repeat it. */
export function literal(stretches: readonly Stretch[], timeOfDay: number, filter = everyDay): number {
  return stretches.flatMap((stretch) => datesIn(stretch, timeOfDay, filter)).length
}

/** Counts a fixed time at most once per date: not if the clocks skip it, once if they repeat it. */
export function skipping(stretches: readonly Stretch[], timeOfDay: number, filter = everyDay): number {
  return new Set(stretches.flatMap((stretch) => datesIn(stretch, timeOfDay, filter))).size
}

/** A fixed time exactly once per date, as in Debian: only the offsets at both ends of the period matter. */
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
