import { checkKeys, oneOf, optionalBoolean } from '../base/check.ts'
import { type Duration, toMs } from '../base/duration.ts'
import { scheduleInfo } from '../base/schedule-info.ts'
import { durationText } from './duration-text.ts'
import type { Schedule } from './schedule.ts'
import { jitterOf, slotPolicy, spreadCapMs } from './slot-policy.ts'

/** Options of {@link delay}. */
export interface DelayOptions {
  /**
   * Runs right at the start. Otherwise the first run is delayed by a part of the period (at most `'10s'`, fixed for the
   * task), so that tasks that start together do not run together. @defaultValue `false`
   */
  readonly immediate?: boolean | undefined
  /** Whether the first run comes at the start or one period later. @defaultValue `'at-once'` */
  readonly first?: 'at-once' | 'after-period' | undefined
  /** Delays each run by up to this, fixed for task and slot. Less than half the period. @defaultValue `0` */
  readonly jitter?: Duration | undefined
}

const keys = ['immediate', 'first', 'jitter']
const firsts = ['at-once', 'after-period'] as const
const longestMs = 36_525 * 86_400_000

/**
 * A fixed delay: each run starts one period after the end of the previous one.
 *
 * @param period - from 1 ms to 36,525 days
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function delay(period: Duration, options: DelayOptions = {}): Schedule {
  const periodMs = toMs('delay.period', period, { min: 1, max: longestMs })
  checkKeys('delay', options, keys)
  const { first = 'at-once', jitter } = options
  const immediate = optionalBoolean('delay.immediate', options.immediate) ?? false
  const policy = slotPolicy({
    planning: 'delay',
    equalByFields: true,
    catchUpMs: Number.POSITIVE_INFINITY, // the next slot is planned after this run, so none is ever too late
    jitterMs: jitterOf('delay.jitter', jitter, periodMs),
    spreadMs: immediate ? 0 : Math.min(periodMs, spreadCapMs),
    delayMs: periodMs,
    first: oneOf('delay.first', first, firsts),
  })
  const text = `${durationText(periodMs)} after each run`
  const info = scheduleInfo('delay', text, { periodMs })
  return Object.freeze({ info, slots: undefined, policy })
}
