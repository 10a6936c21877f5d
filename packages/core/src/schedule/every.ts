import { aDuration, type Duration, durationFrom, msOf, toMs } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { checkOptions, type OptionTable, oneOf, reading, trueOrFalse } from '../base/options.ts'
import { scheduleInfo } from '../base/schedule-info.ts'
import { durationText } from './duration-text.ts'
import type { Misfire, Schedule, SlotSource } from './schedule.ts'
import {
  aCatchUp,
  aMisfire,
  catchUpMs,
  firstRun,
  jitterOf,
  misfireOf,
  slotPolicy,
  spreadCapMs,
} from './slot-policy.ts'

/** Options of {@link every}. */
export interface EveryOptions {
  /**
   * `true`: the first run starts immediately, apart from `jitter`. `false`: with anchor `'start'`, all runs of the
   * task are also delayed by the same time, at most `'10s'`. `true` is an error with anchor `'epoch'`.
   *
   * Each task has a different delay, so that not all tasks run at the same time.
   * @defaultValue `false`
   */
  readonly immediate?: boolean | undefined
  /**
   * With anchor `'start'`: the first slot is at the start of the task (`'at-once'`) or one period later
   * (`'after-period'`). `'at-once'` is an error with anchor `'epoch'`.
   * @defaultValue `'at-once'` when the task starts; `'after-period'` after `reschedule()`, unless `immediate` is true
   */
  readonly first?: 'at-once' | 'after-period' | undefined
  /**
   * `'start'`: slots count from the start of the task. `'epoch'`: slots count from 1970-01-01 UTC, so they are the
   * same in each process and after each deploy. A task of a fleet always uses `'epoch'`.
   * @defaultValue `'epoch'` for periods of 1 h or more, unless `immediate` or `first: 'at-once'` is set; `'start'` in
   * all other cases. In the option `expects` of an external task, the default is `'start'`, unless `phase` is set
   */
  readonly anchor?: 'start' | 'epoch' | undefined
  /**
   * With anchor `'epoch'`: moves all slots to a later time. Must be less than the period. An error with anchor
   * `'start'`, also if this anchor is the default.
   * @defaultValue `0`
   */
  readonly phase?: Duration | undefined
  /** The longest random delay of a run after its slot. Must be less than half the period. @defaultValue `0` */
  readonly jitter?: Duration | undefined
  /**
   * Which slots run if several slots could not be handled in time, for example because the event loop was blocked.
   * @defaultValue `'coalesce'`
   */
  readonly misfire?: Misfire | undefined
  /**
   * A slot that is late by more than this time is reported as missed and does not run. Values below `'1s'` count as
   * `'1s'`. Misfire `'skip'` can shorten this time. For a task of a fleet, the default is at least `'10s'`, except
   * with misfire `'skip'` or `{ all: n }`.
   * @defaultValue one period, at most `'1h'`; n periods with misfire `{ all: n }`
   */
  readonly catchUp?: Duration | undefined
}

const everyOptions: OptionTable<EveryOptions> = {
  immediate: trueOrFalse,
  first: oneOf(['at-once', 'after-period']),
  anchor: oneOf(['start', 'epoch']),
  phase: aDuration,
  jitter: aDuration,
  misfire: aMisfire,
  catchUp: aCatchUp,
}

const aPeriod = durationFrom(1, 36_525 * 86_400_000)
const epochFromMs = 3_600_000
const ofCalendar = ['at', 'time', 'timeZone', 'timezone', 'tz', 'cron'] as const

/**
 * Returns a schedule with a fixed rate. The distance between slots is always one period, even if a run is slow or
 * late.
 *
 * By default, with a period below 1 h, the first run starts within 10 s, plus `jitter`. With `immediate: true`, only
 * `jitter` delays it.
 *
 * By default, with a period of 1 h or more, the slots are the multiples of the period since 1970-01-01 UTC, plus
 * `phase`. A deploy does not change these slots.
 *
 * @param period - from 1 ms to 36,525 days
 * @throws {@link InvalidOptionError} for the first invalid option.
 * @example every('30s', { jitter: '3s' })
 */
export function every(period: Duration, options?: EveryOptions): Schedule {
  if (options !== undefined) return make(period, options)
  const known = plain.get(period)
  if (known) return known
  const schedule = make(period, {})
  if (plain.size >= maxPlain) plain.clear()
  plain.set(period, schedule)
  return schedule
}

/** Tasks with the same period and no options share one schedule, which saves memory. */
const plain = new Map<Duration, Schedule>()
const maxPlain = 64

function make(period: Duration, options: EveryOptions): Schedule {
  if (typeof period === 'string' && /^@|^\S+(?:\s+\S+){4,5}$/.test(period))
    throw new InvalidOptionError(
      'every.period',
      'a duration such as 30s (for a cron expression use cron())',
      period,
    )
  const asked = reading('every', () => ofCalendar.find((key) => Object.hasOwn(Object(options), key)))
  if (asked !== undefined) {
    const expected = "left out (for a time of day use cron('0 3 * * *', { timeZone }))"
    const received = reading('every', () => (options as Record<string, unknown>)[asked])
    throw new InvalidOptionError(`every.${asked}`, expected, received)
  }
  const periodMs = toMs('every.period', period, aPeriod)
  checkOptions('every', options, everyOptions)
  const { immediate = false, first, jitter } = options
  const misfire = misfireOf(options.misfire)
  const anchor = anchorOf(periodMs, options)
  const phaseMs = phaseOf(periodMs, anchor, options.phase)
  const policy = slotPolicy({
    planning: 'slots',
    misfire,
    catchUpMs: catchUpMs({ asked: options.catchUp, misfire, periodMs, spanOf: (slots) => slots * periodMs }),
    catchUpGiven: options.catchUp !== undefined || typeof misfire === 'object',
    jitterMs: jitterOf('every.jitter', jitter, periodMs),
    spreadMs: immediate || anchor === 'epoch' ? 0 : Math.min(periodMs, spreadCapMs),
    first: firstRun(immediate, first),
  })
  const text = `every ${durationText(periodMs)}${anchor === 'epoch' ? fromEpoch(phaseMs) : ''}`
  const info = scheduleInfo('every', text, { periodMs })
  const isDefault = options.anchor === undefined && options.phase === undefined
  const slots = anchor === 'start' ? new StartSlots(periodMs) : new EpochSlots(periodMs, phaseMs, isDefault)
  return Object.freeze({ info, slots, policy })
}

/** Replaces anchor `'epoch'` by `'start'` if the user did not choose `'epoch'`. */
export function withoutDefaultAnchor(schedule: Schedule): Schedule {
  const { info, slots } = schedule
  const changes = slots instanceof EpochSlots && slots.isDefault && info.periodMs !== undefined
  return changes ? every(info.periodMs, { anchor: 'start' }) : schedule
}

function anchorOf(periodMs: number, options: EveryOptions): 'start' | 'epoch' {
  const { anchor, immediate, first } = options
  const startsAtOnce = immediate === true || first === 'at-once'
  if (anchor === undefined) return periodMs >= epochFromMs && !startsAtOnce ? 'epoch' : 'start'
  if (anchor === 'start' || !startsAtOnce) return anchor
  const [option, value] = immediate ? ['every.immediate', immediate] : ['every.first', first]
  throw new InvalidOptionError(option, "left out with anchor 'epoch', where the start is not a slot", value)
}

function phaseOf(periodMs: number, anchor: 'start' | 'epoch', phase: Duration | undefined): number {
  if (phase === undefined) return 0
  if (anchor === 'start') throw new InvalidOptionError('every.phase', "left out with anchor 'start'", phase)
  const phaseMs = msOf(phase)
  if (phaseMs < periodMs) return phaseMs
  throw new InvalidOptionError('every.phase', 'less than the period', phase)
}

function fromEpoch(phaseMs: number): string {
  return phaseMs === 0 ? ' from epoch' : ` from epoch + ${durationText(phaseMs)}`
}

/** The loops correct rounding errors of the division. */
function indexAt(base: number, periodMs: number, at: number): number {
  let n = Math.floor((at - base) / periodMs)
  while (base + n * periodMs > at) n -= 1
  while (base + (n + 1) * periodMs <= at) n += 1
  return n
}

/** A class takes less memory than closures. */
class StartSlots implements SlotSource {
  readonly timeline = 'mono'
  readonly repeats = false
  readonly #periodMs: number

  constructor(periodMs: number) {
    this.#periodMs = periodMs
    Object.freeze(this)
  }

  first(from: number, anchor: number): number {
    return this.next(from, anchor, true)
  }

  next(after: number, anchor: number, orAt = false): number {
    if (after < anchor) return anchor
    const n = indexAt(anchor, this.#periodMs, after)
    const slot = anchor + n * this.#periodMs
    return orAt && slot === after ? slot : anchor + (n + 1) * this.#periodMs
  }

  newest(at: number, anchor: number): number | undefined {
    if (at < anchor) return undefined
    return anchor + indexAt(anchor, this.#periodMs, at) * this.#periodMs
  }
}

class EpochSlots implements SlotSource {
  readonly timeline = 'wall'
  readonly repeats = true
  readonly #periodMs: number
  readonly #phaseMs: number
  /** False if the user set the anchor or the phase. */
  readonly isDefault: boolean

  constructor(periodMs: number, phaseMs: number, isDefault: boolean) {
    this.#periodMs = periodMs
    this.#phaseMs = phaseMs
    this.isDefault = isDefault
    Object.freeze(this)
  }

  first(from: number): number {
    const newest = this.newest(from)
    return newest === from ? newest : this.next(from)
  }

  next(after: number): number {
    return this.#phaseMs + (indexAt(this.#phaseMs, this.#periodMs, after) + 1) * this.#periodMs
  }

  newest(at: number): number {
    return this.#phaseMs + indexAt(this.#phaseMs, this.#periodMs, at) * this.#periodMs
  }
}
