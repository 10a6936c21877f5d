import { type Duration, durationFrom, msOf } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { instantOf } from '../base/instant.ts'
import { anything, checkOptions, type OptionTable, trueOrFalse } from '../base/options.ts'
import { scheduleInfo } from '../base/schedule-info.ts'
import { durationText } from './duration-text.ts'
import type { Schedule, SlotSource } from './schedule.ts'
import { slotPolicy } from './slot-policy.ts'

/** Give either `after` or `at`, but not both. */
export type OnceOptions = OnceAfter | OnceAt

/** An option that can be combined with `after` or with `at`. */
export interface OnceCommon {
  /** Keeps the task registered after its run has succeeded. @defaultValue `false` */
  readonly keep?: boolean | undefined
}

/**
 * The task runs once. `after` is the time from the start of the task, or from a later `reschedule()`, to the run. It is
 * at most `'36525d'`.
 */
export interface OnceAfter extends OnceCommon {
  readonly after: Duration
  readonly at?: undefined
}

/**
 * The task runs once. `at` is the time of the run: a Date, milliseconds since 1970, or an ISO text with `Z` or an
 * offset.
 *
 * If this time is in the past, the run starts immediately.
 */
export interface OnceAt extends OnceCommon {
  readonly at: Date | string | number
  readonly after?: undefined
}

const onceOptions: OptionTable<OnceOptions> = {
  after: durationFrom(0, 36_525 * 86_400_000),
  at: anything,
  keep: trueOrFalse,
}

/**
 * Returns the schedule of a task that runs once. The run starts even if it is late. If the run fails, it is repeated
 * only with the option `retry`.
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
  const offsetMs = after === undefined ? instantOf('once.at', at) : msOf(after)
  const text =
    after === undefined
      ? `once at ${new Date(offsetMs).toISOString()}`
      : `once after ${durationText(offsetMs)}`
  const info = scheduleInfo('once', text)
  const slots = new SingleSlot(after === undefined ? 'wall' : 'mono', offsetMs)
  return Object.freeze({ info, slots, policy })
}

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
