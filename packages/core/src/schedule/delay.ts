import { aDuration, type Duration, durationFrom, toMs } from '../base/duration.ts'
import { checkOptions, type OptionTable, oneOf, trueOrFalse } from '../base/options.ts'
import { scheduleInfo } from '../base/schedule-info.ts'
import { durationText } from './duration-text.ts'
import type { Schedule } from './schedule.ts'
import { firstRun, jitterOf, slotPolicy, spreadCapMs } from './slot-policy.ts'

/** Options of {@link delay}. */
export interface DelayOptions {
  /**
   * `true`: the first run starts immediately, apart from `jitter`. `false`: the first run is also delayed by a part
   * of the period, at most `'10s'`.
   *
   * Each task has a different delay, so that not all tasks run at the same time.
   * @defaultValue `false`
   */
  readonly immediate?: boolean | undefined
  /**
   * `'at-once'`: the first run is due when the task starts. `'after-period'`: the first run is due one period later.
   * @defaultValue `'at-once'` when the task starts; `'after-period'` after `reschedule()`, unless `immediate` is true
   */
  readonly first?: 'at-once' | 'after-period' | undefined
  /** The longest random delay of a run. Must be less than half the period. @defaultValue `0` */
  readonly jitter?: Duration | undefined
}

const delayOptions: OptionTable<DelayOptions> = {
  immediate: trueOrFalse,
  first: oneOf(['at-once', 'after-period']),
  jitter: aDuration,
}
const aPeriod = durationFrom(1, 36_525 * 86_400_000)

/**
 * Returns a schedule in which each run starts one period, plus `jitter`, after the end of the previous run.
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
    catchUpMs: Number.POSITIVE_INFINITY,
    jitterMs: jitterOf('delay.jitter', jitter, periodMs),
    spreadMs: immediate ? 0 : Math.min(periodMs, spreadCapMs),
    delayMs: periodMs,
    first: firstRun(immediate, first),
  })
  const text = `${durationText(periodMs)} after each run`
  const info = scheduleInfo('delay', text, { periodMs })
  return Object.freeze({ info, slots: undefined, policy })
}
