import { aDuration, type Duration, durationFrom, toMs } from '../base/duration.ts'
import { checkOptions, type OptionTable, oneOf, trueOrFalse } from '../base/options.ts'
import { scheduleInfo } from '../base/schedule-info.ts'
import { durationText } from './duration-text.ts'
import type { Schedule } from './schedule.ts'
import { firstRun, jitterOf, slotPolicy, spreadCapMs } from './slot-policy.ts'

/** Options of {@link delay}. */
export interface DelayOptions {
  /**
   * `true`: the first run comes right at the start. `false`: it is delayed by a part of the period, at most
   * `'10s'`. So tasks that start together do not run together. @defaultValue `false`
   */
  readonly immediate?: boolean | undefined
  /**
   * The first run comes at the start or one period later. @defaultValue `'at-once'` at the start of the task;
   * `'after-period'` after `reschedule()`, unless `immediate` is true
   */
  readonly first?: 'at-once' | 'after-period' | undefined
  /**
   * Delays each run by up to this time, less than half the period. A slot always gets the same delay.
   * @defaultValue `0`
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
 * Each run starts one period after the end of the previous run.
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
    catchUpMs: Number.POSITIVE_INFINITY, // never too late: a slot is planned when a run ends
    jitterMs: jitterOf('delay.jitter', jitter, periodMs),
    spreadMs: immediate ? 0 : Math.min(periodMs, spreadCapMs),
    delayMs: periodMs,
    first: firstRun(immediate, first),
  })
  const text = `${durationText(periodMs)} after each run`
  const info = scheduleInfo('delay', text, { periodMs })
  return Object.freeze({ info, slots: undefined, policy })
}
