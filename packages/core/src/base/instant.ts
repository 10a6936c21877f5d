import { InvalidOptionError } from './errors.ts'

/** The last instant that a Date can represent. */
const lastMs = 8.64e15
const isoPattern = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/

/** Accepts a Date, an ISO text with `Z` or an offset, or a number. Returns milliseconds since 1970. */
export function instantOf(option: string, at: unknown): number {
  const ms = isDate(at) ? at.getTime() : typeof at === 'string' ? parseIso(at) : at
  if (typeof ms === 'number' && Math.abs(ms) <= lastMs) return ms
  const expected =
    "a Date, milliseconds since 1970, or a text such as '2027-01-31T08:00:00Z' with Z or an offset"
  throw new InvalidOptionError(option, expected, at)
}

/** Also true for a Date of another realm, for which `instanceof` is false. */
function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]'
}

// `Date.parse` alone would accept 30 February and read it as a day in March.
function parseIso(text: string): number {
  const day = isoPattern.exec(text)?.[1]
  if (day === undefined) return Number.NaN
  const midnight = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return Number.NaN
  return Date.parse(text)
}
