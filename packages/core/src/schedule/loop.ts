import { checkOptions, type OptionTable, trueOrFalse } from '../base/options.ts'
import { type ScheduleInfo, scheduleInfo } from '../base/schedule-info.ts'
import type { Schedule } from './schedule.ts'
import { slotPolicy } from './slot-policy.ts'

/** Options of {@link loop}. */
export interface LoopOptions {
  /**
   * `true`: the loop is up only when the run has called `ready()` or `beat()`, or has ended a unit. If the task is
   * critical, the process is ready only then. With `readiness: false`, the process does not wait.
   * @defaultValue `false`
   */
  readonly ready?: boolean | undefined
}

const info = scheduleInfo('loop', 'loop')
const infoOfReady: ScheduleInfo = Object.freeze({ ...info, waitsForReady: true })
const loopOptions: OptionTable<LoopOptions> = { ready: trueOrFalse }

/**
 * Returns the schedule of a task whose run should last forever. The run starts immediately. When the run ends, the
 * restart policy decides whether it starts again.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function loop(options: LoopOptions = {}): Schedule {
  checkOptions('loop', options, loopOptions)
  return Object.freeze({
    info: options.ready ? infoOfReady : info,
    slots: undefined,
    policy: slotPolicy({ planning: 'loop' }),
  })
}
