import { InvalidOptionError } from '../base/errors.ts'

/** A time in which the offset of a zone from UTC does not change. */
export interface ZoneSpan {
  /** `from` and `to` are UTC milliseconds. The span ends right before `to`. */
  readonly from: number
  readonly to: number
  /** Local time minus UTC. */
  readonly offsetMs: number
  /** The offset before `from`. */
  readonly previousMs: number
}

const dayMs = 86_400_000
/**
 * The interval at which the offset of a zone is read. Since 1970, two clock changes were never closer than a week
 * minus an hour.
 */
const probeMs = 5 * dayMs
const windowMs = 80 * probeMs

export class TimeZone {
  readonly #offsets: Intl.DateTimeFormat
  readonly #windows = new Map<number, readonly ZoneSpan[]>()
  #latest: ZoneSpan = { from: 0, to: 0, offsetMs: 0, previousMs: 0 }

  constructor(name: string) {
    this.#offsets = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  }

  spanAt(at: number): ZoneSpan {
    const latest = this.#latest
    if (at >= latest.from && at < latest.to) return latest
    const window = Math.floor(at / windowMs)
    const spans = this.#windows.get(window) ?? this.#explore(window)
    let found = latest
    for (const span of spans) if (span.from <= at) found = span
    this.#latest = found
    return found
  }

  #explore(window: number): readonly ZoneSpan[] {
    const spans: ZoneSpan[] = []
    const end = (window + 1) * windowMs
    let from = window * windowMs
    let previousMs = this.#offsetAt(from - 1_000)
    let offsetMs = this.#offsetAt(from)
    for (let at = from; at < end; at += probeMs) {
      const probedMs = this.#offsetAt(at + probeMs)
      if (probedMs === offsetMs) continue
      const change = this.#changeBetween(at, at + probeMs, offsetMs)
      spans.push({ from, to: change, offsetMs, previousMs })
      from = change
      previousMs = offsetMs
      offsetMs = probedMs
    }
    // This span is empty if the clock changes exactly at the end of the window.
    spans.push({ from, to: end, offsetMs, previousMs })
    this.#windows.set(window, spans)
    return spans
  }

  #changeBetween(before: number, after: number, offsetMs: number): number {
    let low = before
    let high = after
    while (high - low > 1_000) {
      const middle = low + Math.floor((high - low) / 2_000) * 1_000
      if (this.#offsetAt(middle) === offsetMs) low = middle
      else high = middle
    }
    return high
  }

  #offsetAt(at: number): number {
    const text = this.#offsets.format(at)
    return offsetOf(text.slice(text.lastIndexOf('GMT') + 3))
  }
}

/** An empty text is UTC. */
function offsetOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.slice(1).split(':').map(Number)
  const ms = ((hours * 60 + minutes) * 60 + seconds) * 1_000
  return text.startsWith('-') || text.startsWith('\u2212') ? -ms : ms
}

/** This is only a cache, so the module may be loaded twice. */
const zones = new Map<string, TimeZone>()

/**
 * Returns the zone of the process if `name` is `undefined`.
 *
 * @throws {@link InvalidOptionError} for `option` if the zone is unknown.
 */
export function timeZoneOf(
  option: string,
  name: unknown,
): { readonly name: string; readonly zone: TimeZone } {
  if (name !== undefined && typeof name !== 'string') throw unknownZone(option, name)
  // Node 20 refuses offsets such as `+02:00`, so all versions refuse them here.
  if (name !== undefined && /^[+\-\u2212]/.test(name)) throw offsetZone(option, name)
  const text = name ?? processZone()
  const known = zones.get(text)
  if (known !== undefined) return { name: text, zone: known }
  try {
    const zone = new TimeZone(text)
    zones.set(text, zone)
    return { name: text, zone }
  } catch {
    throw unknownZone(option, text)
  }
}

/** Returns UTC if `TZ` is empty or unknown, as Node does. */
function processZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions() as { timeZone: string | undefined }
  return timeZone === undefined || timeZone === 'Etc/Unknown' ? 'UTC' : timeZone
}

function offsetZone(option: string, value: string): InvalidOptionError {
  const [, sign, hours = '', minutes = '00'] = /^(\+|-)(\d\d)(?::?(\d\d))?$/.exec(value) ?? []
  // `Etc/GMT…` zones have an inverted sign: `Etc/GMT-2` is two hours east of UTC.
  const isWhole = sign !== undefined && minutes === '00' && Number(hours) <= (sign === '+' ? 14 : 12)
  const fixed = isWhole
    ? `Etc/GMT${Number(hours) === 0 ? '' : `${sign === '+' ? '-' : '+'}${Number(hours)}`}`
    : undefined
  const cure = fixed === undefined ? '' : `, or for this fixed offset '${fixed}'`
  return new InvalidOptionError(option, `the name of a time zone such as 'Europe/Berlin'${cure}`, value)
}

function unknownZone(option: string, value: unknown): InvalidOptionError {
  return new InvalidOptionError(option, "a time zone such as 'Europe/Berlin' or 'UTC'", value)
}
