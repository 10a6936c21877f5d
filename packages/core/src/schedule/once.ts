import { aDuration, type Duration, msOf } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { anything, checkOptions, type OptionTable, trueOrFalse } from '../base/options.ts'
import { scheduleInfo } from '../base/schedule-info.ts'
import { durationText } from './duration-text.ts'
import type { Schedule, SlotSource } from './schedule.ts'
import { slotPolicy } from './slot-policy.ts'

/** Options of {@link once}: exactly one of `after` and `at`. */
export type OnceOptions = OnceAfter | OnceAt

/** What both forms of {@link OnceOptions} have. */
export interface OnceCommon {
  /** Whether the task stays registered after its success. @defaultValue `false` */
  readonly keep?: boolean | undefined
}

/** One run, this long after the start. */
export interface OnceAfter extends OnceCommon {
  readonly after: Duration
  readonly at?: undefined
}

/** One run at an instant: a Date, milliseconds since 1970, or an ISO text with `Z` or an offset. A past instant runs at the start. */
export interface OnceAt extends OnceCommon {
  readonly at: Date | string | number
  readonly after?: undefined
}

/** The last instant that a Date can represent. */
const lastMs = 8.64e15
const onceOptions: OptionTable<OnceOptions> = {
  after: aDuration,
  at: anything, // `instantOf` checks it
  keep: trueOrFalse,
}
const isoPattern = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/

/**
 * One run. It is never skipped for being late.
 *
 * @throws {@link InvalidOptionError} unless exactly one of `after` and `at` is given and valid.
 */
export function once(options: OnceOptions): Schedule {
  checkOptions('once', options, onceOptions)
  const { after, at, keep = false } = options
  if ((after === undefined) === (at === undefined)) {
    throw new InvalidOptionError('once', 'exactly one of after and at', options)
  }
  const policy = slotPolicy({
    planning: 'once',
    unregistersWhenFinished: !keep,
    catchUpMs: Number.POSITIVE_INFINITY,
    catchUpGiven: true,
  })
  const offsetMs = after === undefined ? instantOf(at) : msOf(after)
  const text =
    after === undefined
      ? `once at ${new Date(offsetMs).toISOString()}`
      : `once after ${durationText(offsetMs)}`
  const info = scheduleInfo('once', text)
  const slots = new SingleSlot(after === undefined ? 'wall' : 'mono', offsetMs)
  return Object.freeze({ info, slots, policy })
}

function instantOf(at: unknown): number {
  const ms = isDate(at) ? at.getTime() : typeof at === 'string' ? parseIso(at) : at
  if (typeof ms === 'number' && Math.abs(ms) <= lastMs) return ms
  const expected =
    "a Date, milliseconds since 1970, or a text such as '2027-01-31T08:00:00Z' with Z or an offset"
  throw new InvalidOptionError('once.at', expected, at)
}

/** Accepts a Date of another realm, which test runners use. */
function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]'
}

/** NaN for an invalid instant. `Date.parse` alone would accept 30 February and read it as a day in March. */
function parseIso(text: string): number {
  const day = isoPattern.exec(text)?.[1]
  if (day === undefined) return Number.NaN
  const midnight = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return Number.NaN
  return Date.parse(text)
}

/** One slot, at an offset from the anchor or at a wall time. */
class SingleSlot implements SlotSource {
  readonly timeline: 'mono' | 'wall'
  readonly repeats = false
  readonly #offsetMs: number

  constructor(timeline: 'mono' | 'wall', offsetMs: number) {
    this.timeline = timeline
    this.#offsetMs = offsetMs
    Object.freeze(this)
  }

  first(from: number, anchor: number): number | undefined {
    const slot = this.#slot(anchor)
    return slot >= from ? slot : undefined
  }

  next(after: number, anchor: number): number | undefined {
    const slot = this.#slot(anchor)
    return slot > after ? slot : undefined
  }

  newest(at: number, anchor: number): number | undefined {
    const slot = this.#slot(anchor)
    return slot <= at ? slot : undefined
  }

  #slot(anchor: number): number {
    return this.timeline === 'mono' ? anchor + this.#offsetMs : this.#offsetMs
  }
}
