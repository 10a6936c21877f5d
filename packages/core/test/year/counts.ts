import type { Stretch } from './zone-walk.ts'

// Computes the expected numbers of slots from the offsets of a time zone, without the code under test.

const day = 86_400_000
const minute = 60_000

/** Counts the times `n * step + phase` in [from, to), for all whole numbers n. */
function multiples(from: number, to: number, step: number, phase = 0): number {
  return Math.ceil((to - phase) / step) - Math.ceil((from - phase) / step)
}

/** Counts the slots of an interval that is anchored to 1970. They are the same in all zones. */
export function sinceEpoch(from: number, to: number, periodMs: number, phaseMs = 0): number {
  return multiples(from, to, periodMs, phaseMs)
}

/** Counts the slots of an interval that starts at `from`. The start is a slot. */
export function sinceStart(from: number, to: number, periodMs: number): number {
  return Math.ceil((to - from) / periodMs)
}

/**
 * Counts the slots of a cron expression with wildcards. In local time, they are multiples of `step`, shifted by
 * `phase`.
 */
export function wildcard(stretches: readonly Stretch[], step: number, phase = 0): number {
  const counts = stretches.map(({ from, to, offsetMs }) =>
    multiples(from + offsetMs, to + offsetMs, step, phase),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/**
 * Returns whether a schedule has slots on a local date. `dayStart` is midnight of this date as if the zone were UTC.
 */
export type DayFilter = (dayStart: number) => boolean

export const everyDay: DayFilter = () => true
export const onWeekdays: DayFilter = (dayStart) => ![0, 6].includes(new Date(dayStart).getUTCDay())
export const onFirstOfMonth: DayFilter = (dayStart) => new Date(dayStart).getUTCDate() === 1
export const onLeapDay: DayFilter = (dayStart) =>
  new Date(dayStart).getUTCMonth() === 1 && new Date(dayStart).getUTCDate() === 29

/** Returns the local dates on which the clock shows `timeOfDay` during a stretch. */
function datesIn({ from, to, offsetMs }: Stretch, timeOfDay: number, filter: DayFilter): number[] {
  const first = Math.ceil((from + offsetMs - timeOfDay) / day) * day
  const dates: number[] = []
  for (let date = first; date + timeOfDay < to + offsetMs; date += day) if (filter(date)) dates.push(date)
  return dates
}

/** Counts the slots of a fixed time with `dst: 'literal'`: none if the clocks skip the time, two if they repeat it. */
export function literal(stretches: readonly Stretch[], timeOfDay: number, filter = everyDay): number {
  return stretches.flatMap((stretch) => datesIn(stretch, timeOfDay, filter)).length
}

/** Counts the slots of a fixed time with `dst: 'skip'`: none if the clocks skip the time, one if they repeat it. */
export function skipping(stretches: readonly Stretch[], timeOfDay: number, filter = everyDay): number {
  return new Set(stretches.flatMap((stretch) => datesIn(stretch, timeOfDay, filter))).size
}

/**
 * Counts the slots of a fixed time without `dst`: exactly one per date, as in Debian's cron. Only the offsets at both
 * ends of the period matter.
 */
export function debian(stretches: readonly Stretch[], timeOfDay: number, filter = everyDay): number {
  const first = stretches[0]
  const last = stretches.at(-1)
  if (first === undefined || last === undefined) return 0
  const local = { from: first.from + first.offsetMs, to: last.to + last.offsetMs, offsetMs: 0 }
  return datesIn(local, timeOfDay, filter).length
}

/** Returns a time of day in milliseconds since midnight. */
export function clockTime(hours: number, minutes: number): number {
  return (hours * 60 + minutes) * minute
}
