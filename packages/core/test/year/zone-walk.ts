// Uses only `Intl.DateTimeFormat`, because the expected slots must not depend on the tested code.

/** A period with a constant offset to UTC. `from` and `to` are UTC milliseconds; `to` is excluded. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly offsetMs: number
}

const minute = 60_000
const hour = 60 * minute

export function walkZone(timeZone: string, from: number, to: number): readonly Stretch[] {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  const offsetAt = (at: number): number => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const part = (name: 'year' | 'month' | 'day' | 'hour' | 'minute'): number => parts.get(name) ?? Number.NaN
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute')) - at
  }
  const stretches: Stretch[] = []
  let since = from
  let offsetMs = offsetAt(from)
  for (let at = from; at < to; at += hour) {
    const end = Math.min(at + hour, to)
    if (offsetAt(end) === offsetMs) continue
    let change = at
    while (offsetAt(change) === offsetMs) change += minute
    stretches.push({ from: since, to: change, offsetMs })
    since = change
    offsetMs = offsetAt(change)
  }
  stretches.push({ from: since, to, offsetMs })
  return stretches
}
