/** A parsed cron expression that takes little memory. All times in this file are local times. */
export interface CronFields {
  /**
   * `seconds[n]` is the first matching second from n on, or 60 if there is none. `minutes` and `hours` work in the
   * same way, with 24 for `hours`.
   */
  readonly seconds: Uint8Array
  readonly minutes: Uint8Array
  readonly hours: Uint8Array
  /** Bit 0 is January. */
  readonly months: number
  /** Bit 0 is the first day of the month. */
  readonly days: number
  /** Bit 14 is `15W`: the working day nearest to day 15. */
  readonly nearWeekdays: number
  readonly lastDay: boolean
  readonly lastWeekday: boolean
  /**
   * One number for each weekday, Sunday first; `undefined` for `*`.
   *
   * Bits 0 to 4: the first to fifth of these weekdays in a month. Bit 5: the last of these weekdays in a month.
   */
  readonly weekdays: readonly number[] | undefined
  /** True if a day must match both the day of the month and the weekday. */
  readonly needsBoth: boolean
}

const daySeconds = 86_400
const lastOfMonth = 0b10_0000

/** Returns the first match from `from` on and before `end`. All these times are in milliseconds. */
export function firstMatch(fields: CronFields, from: number, end: number): number | undefined {
  const second = Math.ceil(from / 1_000)
  const dayNumber = Math.floor(second / daySeconds)
  const date = new Date(dayNumber * daySeconds * 1_000)
  let year = date.getUTCFullYear()
  let month = date.getUTCMonth()
  const day = date.getUTCDate() - 1
  let monthStart = dayNumber - day
  let days = matchingDays(fields, year, month, monthStart)
  if (days & (1 << day)) {
    const time = timeFrom(fields, second - dayNumber * daySeconds)
    if (time < daySeconds) return before(end, dayNumber * daySeconds + time)
  }
  days &= -2 << day
  while (days === 0) {
    monthStart += monthLength(year, month)
    month += 1
    if (month === 12) {
      month = 0
      year += 1
    }
    if (monthStart * daySeconds * 1_000 >= end) return undefined
    days = matchingDays(fields, year, month, monthStart)
  }
  return before(end, (monthStart + lowestBit(days)) * daySeconds + timeFrom(fields, 0))
}

function before(end: number, second: number): number | undefined {
  return second * 1_000 < end ? second * 1_000 : undefined
}

/** Returns the first matching second of the day from `second` on. 86,400 or more means that no second matches. */
function timeFrom(fields: CronFields, second: number): number {
  const { seconds, minutes, hours } = fields
  const h = Math.floor(second / 3_600)
  const m = Math.floor(second / 60) % 60
  const hour = at(hours, h)
  if (hour > h) return hour * 3_600 + at(minutes, 0) * 60 + at(seconds, 0)
  const minute = at(minutes, m)
  if (minute === m) {
    const s = at(seconds, second % 60)
    if (s < 60) return h * 3_600 + m * 60 + s
  }
  const later = at(minutes, m + 1)
  if (later < 60) return h * 3_600 + later * 60 + at(seconds, 0)
  return at(hours, h + 1) * 3_600 + at(minutes, 0) * 60 + at(seconds, 0)
}

function at(table: Uint8Array, value: number): number {
  return table[value] ?? table.length
}

export function monthLength(year: number, month: number): number {
  if (month !== 1) return month === 3 || month === 5 || month === 8 || month === 10 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** Returns a bit for each matching day. `monthStart` is the number of days since 1970. */
export function matchingDays(fields: CronFields, year: number, month: number, monthStart: number): number {
  if ((fields.months & (1 << month)) === 0) return 0
  const length = monthLength(year, month)
  const firstWeekday = (((monthStart + 4) % 7) + 7) % 7 // 1 January 1970 was a Thursday
  const byDate = daysByDate(fields, length, firstWeekday)
  if (fields.weekdays === undefined) return byDate
  const byWeekday = daysByWeekday(fields.weekdays, length, firstWeekday)
  return fields.needsBoth ? byDate & byWeekday : byDate | byWeekday
}

function daysByDate(fields: CronFields, length: number, firstWeekday: number): number {
  const all = 0x7fff_ffff >>> (31 - length)
  let days = fields.days & all
  if (fields.lastDay) days |= 1 << (length - 1)
  if (fields.lastWeekday) days |= 1 << nearestWeekday(length - 1, length, firstWeekday)
  for (let near = fields.nearWeekdays & all; near !== 0; near &= near - 1)
    days |= 1 << nearestWeekday(lowestBit(near), length, firstWeekday)
  return days
}

export function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}

/** `day` is 0 for the first day of the month. */
function nearestWeekday(day: number, length: number, firstWeekday: number): number {
  const weekday = (firstWeekday + day) % 7
  if (weekday === 0) return day === length - 1 ? day - 2 : day + 1
  if (weekday === 6) return day === 0 ? day + 2 : day - 1
  return day
}

function daysByWeekday(weekdays: readonly number[], length: number, firstWeekday: number): number {
  let days = 0
  for (let weekday = 0; weekday < 7; weekday += 1) {
    const which = weekdays[weekday] ?? 0
    if (which === 0) continue
    let nth = 1
    for (let day = (weekday - firstWeekday + 7) % 7; day < length; day += 7) {
      if (which & (day + 7 < length ? nth : nth | lastOfMonth)) days |= 1 << day
      nth <<= 1
    }
  }
  return days
}
