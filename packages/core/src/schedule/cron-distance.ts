import type { CronFields } from './cron-fields.ts'
import { lowestBit, matchingDays, monthLength } from './cron-fields.ts'
import { searchMs } from './cron-slots.ts'

/**
 * 1 January 2024. Distances between slots are measured from this fixed time, so they do not depend on today's date.
 */
export const referenceMs = 1_704_067_200_000
export const referenceEndMs = referenceMs + searchMs
/** Caches the results of `dayGap`, which may visit 600 months. Many tasks of a service run on the same days. */
const knownGaps = new Map<string, number>()
const maxKnown = 100

interface Values {
  readonly first: number
  readonly last: number
  /** The shortest distance between two neighbours. `Infinity` for a single value. */
  readonly gap: number
}

/**
 * Returns the shortest distance between two slots, in milliseconds of local time. The hour that a clock change adds
 * or removes does not count. Returns `undefined` if the 50 years from 2024 on have fewer than two slots.
 *
 * Computes the distance field by field, because a comparison of all slots would take too long.
 */
export function shortestDistance(fields: CronFields): number | undefined {
  let shortest = Number.POSITIVE_INFINITY
  let span = 0 // from the first to the last match of the smaller fields
  const times = [
    { values: fields.seconds, unit: 1 },
    { values: fields.minutes, unit: 60 },
    { values: fields.hours, unit: 3_600 },
  ]
  for (const { values, unit } of times) {
    const { first, last, gap } = valuesIn(values)
    shortest = Math.min(shortest, gap * unit - span)
    span += (last - first) * unit
  }
  // Slots of different days are at least `86_400 - span` seconds apart. If `shortest` is not longer than this, the
  // days do not matter.
  if (shortest > 86_400 - span) shortest = Math.min(shortest, 86_400 * knownDayGap(fields) - span)
  return Number.isFinite(shortest) ? shortest * 1_000 : undefined
}

/** `next[n]` is the first matching value from `n` on. */
function valuesIn(next: Uint8Array): Values {
  const values = [...next.keys()].filter((value) => next[value] === value)
  return { first: values[0] ?? 0, last: values.at(-1) ?? 0, gap: gapOf(values) }
}

function gapOf(values: readonly number[]): number {
  return values.reduce(
    (gap, value, index) => (index === 0 ? gap : Math.min(gap, value - (values[index - 1] ?? value))),
    Number.POSITIVE_INFINITY,
  )
}

function knownDayGap(fields: CronFields): number {
  const { months, days, nearWeekdays, lastDay, lastWeekday, weekdays, needsBoth } = fields
  const key = [months, days, nearWeekdays, lastDay, lastWeekday, weekdays, needsBoth].join()
  const known = knownGaps.get(key)
  if (known !== undefined) return known
  if (knownGaps.size >= maxKnown) knownGaps.clear()
  const gap = dayGap(fields)
  knownGaps.set(key, gap)
  return gap
}

function dayGap(fields: CronFields): number {
  let year = 2024
  let month = 0
  let monthStart = referenceMs / 86_400_000
  let gap = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  while (gap > 1 && monthStart * 86_400_000 < referenceEndMs) {
    for (let days = matchingDays(fields, year, month, monthStart); days !== 0; days &= days - 1) {
      const day = monthStart + lowestBit(days)
      gap = Math.min(gap, day - last)
      last = day
    }
    monthStart += monthLength(year, month)
    month = (month + 1) % 12
    if (month === 0) year += 1
  }
  return gap
}
