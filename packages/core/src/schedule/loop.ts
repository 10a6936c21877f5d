import { checkOptions, type OptionTable, trueOrFalse } from '../base/options.ts'
import { scheduleInfo } from '../base/schedule-info.ts'
import type { Schedule } from './schedule.ts'
import { slotPolicy } from './slot-policy.ts'

/** Options of {@link loop}. */
export interface LoopOptions {
  /**
   * `true`: health stays `unknown` until the run calls `ready()` or `beat()`. Until then, a critical task
   * keeps the process from being ready. @defaultValue `false`
   */
  readonly ready?: boolean | undefined
}

const info = scheduleInfo('loop', 'loop')
const loopOptions: OptionTable<LoopOptions> = { ready: trueOrFalse }

/**
 * A run that is meant to last forever. It starts immediately. When it ends, the restart policy decides.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function loop(options: LoopOptions = {}): Schedule {
  checkOptions('loop', options, loopOptions)
  const { ready: gatesReady = false } = options
  return Object.freeze({
    info,
    slots: undefined,
    policy: slotPolicy({ planning: 'loop', gatesReady }),
  })
}
