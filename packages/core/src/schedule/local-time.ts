import { timeZoneOf } from './time-zone.ts'

/**
 * Returns the local time of a time zone, such as `04:00 Europe/Berlin`. If the local date is not the date in UTC, the
 * text contains it: `2026-11-30 08:00 Asia/Tokyo`. Returns `undefined` for UTC and without a time zone.
 *
 * @param at - wall time in milliseconds since 1970
 */
export function localTime(at: number, timeZone: string | undefined): string | undefined {
  if (timeZone === undefined || timeZone === 'UTC') return undefined
  const { offsetMs } = timeZoneOf('timeZone', timeZone).zone.spanAt(at)
  const [date, time = ''] = new Date(at + offsetMs).toISOString().split('T')
  const [dateInUtc] = new Date(at).toISOString().split('T')
  const clock = time.slice(0, time.slice(6, 8) === '00' ? 5 : 8)
  return `${date === dateInUtc ? '' : `${date} `}${clock} ${timeZone}`
}

/** Returns an ISO text, and the local time in parentheses: `2026-11-29T03:00:00.000Z (04:00 Europe/Berlin)`. */
export function instantText(at: number, timeZone: string | undefined): string {
  const local = localTime(at, timeZone)
  const iso = new Date(Math.round(at)).toISOString()
  return local === undefined ? iso : `${iso} (${local})`
}
