import { aDuration, type Duration, durationFrom, toMs } from '../base/duration.ts'
import { checkOptions, type OptionTable, oneOf, trueOrFalse } from '../base/options.ts'
import { scheduleInfo } from '../base/schedule-info.ts'
import { durationText } from './duration-text.ts'
import type { Schedule } from './schedule.ts'
import { firstRun, jitterOf, slotPolicy, spreadCapMs } from './slot-policy.ts'

/** Options of {@link delay}. */
export interface DelayOptions {
  /**
   * `true`: the first run comes right at the start. Otherwise it is delayed by a part of the period, at most `'10s'`
   * and always the same for the task. So tasks that start together do not run together. @defaultValue `false`
   */
  readonly immediate?: boolean | undefined
  /**
   * Whether the first run comes at the start or one period later. @defaultValue `'at-once'` at the start of the task;
   * `'after-period'` after `reschedule()`, unless `immediate` is true
   */
  readonly first?: 'at-once' | 'after-period' | undefined
  /**
   * Delays each run by up to this time, but less than half the period. The delay is always the same for the same task
   * and slot. @defaultValue `0`
   */
  readonly jitter?: Duration | undefined
}

const delayOptions: OptionTable<DelayOptions> = {
  immediate: trueOrFalse,
  first: oneOf(['at-once', 'after-period']),
  jitter: aDuration,
}
const aPeriod = durationFrom(1, 36_525 * 86_400_000)

/**
 * A fixed delay: each run starts one period after the end of the previous one.
 *
 * @param period - from 1 ms to 36,525 days
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function delay(period: Duration, options: DelayOptions = {}): Schedule {
  const periodMs = toMs('delay.period', period, aPeriod)
  checkOptions('delay', options, delayOptions)
  const { immediate = false, first, jitter } = options
  const policy = slotPolicy({
    planning: 'delay',
    catchUpMs: Number.POSITIVE_INFINITY, // each slot is planned when a run ends, so no slot is ever too late
    jitterMs: jitterOf('delay.jitter', jitter, periodMs),
    spreadMs: immediate ? 0 : Math.min(periodMs, spreadCapMs),
    delayMs: periodMs,
    first: firstRun(immediate, first),
  })
  const text = `${durationText(periodMs)} after each run`
  const info = scheduleInfo('delay', text, { periodMs })
  return Object.freeze({ info, slots: undefined, policy })
}
