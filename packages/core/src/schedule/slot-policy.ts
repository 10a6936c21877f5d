import { type Duration, durationFrom, msOf, toMs } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { takes } from '../base/options.ts'
import type { FirstRun, Misfire, SlotPolicy } from './schedule.ts'

/** Timers are always a little late, so the catch-up time is never shorter than this. */
const minCatchUpMs = 1_000

const catchUpCapMs = 3_600_000

export const spreadCapMs = 10_000

/** Lists each field. An object that is made with `...own` takes more memory. */
export function slotPolicy(own: Partial<SlotPolicy> & Pick<SlotPolicy, 'planning'>): SlotPolicy {
  const { planning, dst } = own
  const {
    misfire = 'coalesce',
    catchUpMs = 0,
    catchUpGiven = false,
    jitterMs = 0,
    spreadMs = 0,
    delayMs,
  } = own
  const { first = 'at-once', unregistersWhenFinished = false } = own
  return Object.freeze({
    planning,
    dst,
    misfire,
    catchUpMs,
    catchUpGiven,
    jitterMs,
    spreadMs,
    delayMs,
    first,
    unregistersWhenFinished,
  })
}

export function firstRun(immediate: boolean, first: 'at-once' | 'after-period' | undefined): FirstRun {
  return first ?? (immediate ? 'at-once' : 'at-start')
}

const maxMissed = 1_000

export const aMisfire = takes<Misfire>(
  `'coalesce', 'skip' or { all: n } with a whole number from 1 to ${maxMissed}`,
  (value) => value === 'coalesce' || value === 'skip' || isAll(value),
)
export const aCatchUp = durationFrom(0, Number.POSITIVE_INFINITY)

interface CatchUp {
  readonly asked: Duration | undefined
  readonly misfire: Misfire
  readonly periodMs: number | undefined
  /** Returns how old the oldest slot can be if `slots` slots are due. */
  readonly spanOf: (slots: number) => number
}

export function catchUpMs({ asked, misfire, periodMs, spanOf }: CatchUp): number {
  const usualMs =
    typeof misfire === 'object' ? spanOf(misfire.all) : Math.min(periodMs ?? catchUpCapMs, catchUpCapMs)
  const limitMs = Math.max(minCatchUpMs, asked === undefined ? usualMs : msOf(asked))
  return misfire === 'skip' ? Math.min(limitMs, Math.max(minCatchUpMs, (periodMs ?? 0) / 10)) : limitMs
}

export function misfireOf(value: Misfire = 'coalesce'): Misfire {
  return typeof value === 'string' ? value : Object.freeze({ all: value.all })
}

function isAll(value: unknown): value is { readonly all: number } {
  if (typeof value !== 'object' || value === null || !('all' in value)) return false
  const { all } = value
  if (typeof all !== 'number' || Object.keys(value).length !== 1) return false
  return Number.isInteger(all) && all >= 1 && all <= maxMissed
}

/**
 * A jitter below half a period keeps the runs of two slots at least half a period apart.
 * @throws {@link InvalidOptionError} if the jitter is too long.
 */
export function jitterOf(option: string, value: unknown, periodMs: number): number {
  const jitterMs = toMs(option, value === undefined ? 0 : value)
  if (jitterMs < periodMs / 2) return jitterMs
  throw new InvalidOptionError(option, 'less than half the period', value)
}
