const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** A duration in at most two units, such as `340 ms`, `4.2 s`, `3 min 5 s` and `2 d 4 h`. */
export function span(ms: number): string {
  const length = Math.abs(ms)
  if (length < second) return `${length < 10 ? Math.round(length * 10) / 10 : Math.round(length)} ms`
  if (length < minute) return `${Math.round(length / 100) / 10} s`
  if (length < hour) return two(length, minute, 'min', second, 's')
  if (length < day) return two(length, hour, 'h', minute, 'min')
  return two(length, day, 'd', hour, 'h')
}

function two(length: number, large: number, largeName: string, small: number, smallName: string): string {
  const rounded = Math.round(length / small) * small
  const whole = Math.floor(rounded / large)
  const rest = Math.round((rounded - whole * large) / small)
  return rest === 0 ? `${whole} ${largeName}` : `${whole} ${largeName} ${rest} ${smallName}`
}

/** Seen from now: `in 4 s`, `12 min ago`, `now`. */
export function relative(at: number, nowAt: number): string {
  const distance = at - nowAt
  if (Math.abs(distance) < second) return 'now'
  return distance > 0 ? `in ${span(rounded(distance))}` : `${span(rounded(distance))} ago`
}

/** Whole seconds: a tenth would flicker. */
function rounded(ms: number): number {
  return Math.round(ms / second) * second
}

const sameDay = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
})
const otherDay = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
})
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

/** The zone of the viewer, in which all times are shown. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

export function time(at: number, nowAt = Date.now()): string {
  const isToday = new Date(at).toDateString() === new Date(nowAt).toDateString()
  return (isToday ? sameDay : otherDay).format(at)
}

/** For tooltips: the whole date with the zone. */
export function fullTime(at: number): string {
  return full.format(at)
}

export function count(number: number): string {
  return number.toLocaleString('en-US')
}
