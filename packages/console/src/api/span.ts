const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Returns for example `340 ms`, `4.2 s`, `3 min 5 s` or `2 d 4 h`. */
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

/**
 * Returns for example `in 4 s` or `12 min ago`. Rounds to whole seconds, because tenths would change all the time on
 * the page.
 */
export function relative(at: number, nowAt: number): string {
  const distance = at - nowAt
  if (Math.abs(distance) < second) return 'now'
  const length = span(Math.round(distance / second) * second)
  return distance > 0 ? `in ${length}` : `${length} ago`
}
