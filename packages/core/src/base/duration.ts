import { InvalidOptionError } from './errors.ts'
import { formatMs } from './format-ms.ts'

export { formatMs }

/**
 * A length of time: a number of milliseconds, or a text such as `'250ms'` `'1.5s'` `'5m'` `'2h'` `'1d'`. If the text
 * is of type `string`, for example from the environment, use `duration(text)`.
 */
export type Duration =
  // `${number}` would also accept ' 30' and '1e3', so `${bigint}` is used. But `${bigint}` refuses the '05' of
  // '1.05'. So one or two zeros are allowed directly after the point.
  number | `${bigint}${'' | `.${'' | '0' | '00'}${bigint}`}${'ms' | 's' | 'm' | 'h' | 'd'}`

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

const grammar = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/
const expectation = "a duration such as '250ms', '30s', '5m', '2h' or '1d', or a number of milliseconds"

/**
 * Converts a duration text to milliseconds. Use it, for instance, for a text from the environment.
 *
 * @returns Milliseconds.
 * @throws {@link InvalidOptionError} unless the text is a number such as `1.5`, followed by a unit: `ms`, `s`, `m`,
 * `h` or `d`.
 */
export function duration(text: string): number {
  const ms = typeof text === 'string' ? parse(text) : undefined
  if (ms === undefined) throw new InvalidOptionError('duration', expectation, text)
  return ms
}

function parse(text: string): number | undefined {
  const match = grammar.exec(text)
  if (!match) return undefined
  return Number(match[1]) * (unitMs[match[2] ?? ''] ?? Number.NaN)
}

/** Accepts durations as text or as a number of milliseconds, within a range. */
export class DurationRange {
  readonly minMs: number
  readonly maxMs: number

  constructor(minMs: number, maxMs: number) {
    this.minMs = minMs
    this.maxMs = maxMs
  }

  get expected(): string {
    const { minMs, maxMs } = this
    if (maxMs < Number.MAX_VALUE) return `${expectation}, from ${formatMs(minMs)} to ${formatMs(maxMs)}`
    return minMs === 0 ? expectation : `${expectation}, at least ${formatMs(minMs)}`
  }

  fits(value: unknown): value is Duration {
    return this.includes(msOf(value))
  }

  includes(ms: number): boolean {
    return ms >= this.minMs && ms <= this.maxMs
  }
}

/**
 * Accepts durations from `minMs` to `maxMs`. Accepts `Infinity` ("no limit") only if `maxMs` is `Infinity`.
 */
export function durationFrom(minMs: number, maxMs: number = Number.MAX_VALUE): DurationRange {
  return new DurationRange(minMs, maxMs)
}

/** Accepts any finite duration that is not negative. */
export const aDuration = durationFrom(0)

/** Returns the milliseconds of a duration text. Returns a number unchanged. Returns `NaN` for any other value. */
export function msOf(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? (parse(value) ?? Number.NaN) : Number.NaN
}

/**
 * Converts the value of an option to milliseconds.
 *
 * @throws {@link InvalidOptionError} if the value is not a duration, or not in `range`.
 */
export function toMs(option: string, value: unknown, range: DurationRange = aDuration): number {
  const ms = msOf(value)
  if (range.includes(ms)) return ms
  throw new InvalidOptionError(option, range.expected, value)
}
