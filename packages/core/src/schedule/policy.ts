import { toMs } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import type { Misfire, SlotPolicy } from './schedule.ts'

/** Catch-up never reaches further back than this unless it is asked for. */
export const catchUpCapMs = 3_600_000

/** Nobody waits longer than this for a first run only because others started at the same time. */
export const spreadCapMs = 10_000

/**
 * The policy of a schedule: `own`, and for the rest what means "nothing special". Written field by field: objects made by
 * spreading weigh more, and every task has one of these.
 */
export function slotPolicy(own: Partial<SlotPolicy>): SlotPolicy {
  const { misfire = 'coalesce', catchUpMs = 0, jitterMs = 0, spreadMs = 0, delayMs } = own
  const { first = 'at-once', gatesReady = false, keep = false } = own
  return Object.freeze({ misfire, catchUpMs, jitterMs, spreadMs, delayMs, first, gatesReady, keep })
}

const mostMissed = 1_000

/** @throws {@link InvalidOptionError} when `value` is no misfire policy. */
export function misfireOf(option: string, value: unknown): Misfire {
  if (value === undefined) return 'coalesce'
  if (value === 'coalesce' || value === 'skip') return value
  if (isAll(value)) return Object.freeze({ all: value.all })
  const expected = `'coalesce', 'skip' or { all: n } with a whole number from 1 to ${mostMissed}`
  throw new InvalidOptionError(option, expected, value)
}

/** Takes no other key beside it. */
function isAll(value: unknown): value is { readonly all: number } {
  if (typeof value !== 'object' || value === null || !('all' in value)) return false
  const { all } = value
  if (typeof all !== 'number' || Object.keys(value).length !== 1) return false
  return Number.isInteger(all) && all >= 1 && all <= mostMissed
}

/** @throws {@link InvalidOptionError} when runs could be moved by half a period or more: their order would not be sure. */
export function jitterOf(option: string, value: unknown, periodMs: number): number {
  const jitterMs = toMs(option, value === undefined ? 0 : value)
  if (jitterMs < periodMs / 2) return jitterMs
  throw new InvalidOptionError(option, 'less than half the period', value)
}
