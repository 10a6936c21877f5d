import { checkKeys, optionalBoolean } from '../base/check.ts'
import { scheduleInfo } from '../base/schedule-info.ts'
import type { Schedule } from './schedule.ts'
import { slotPolicy } from './slot-policy.ts'

/** Options of {@link loop}. */
export interface LoopOptions {
  /** Whether a critical task keeps the process from being ready until its run calls `ready()` or `beat()`. @defaultValue `false` */
  readonly ready?: boolean | undefined
}

const info = scheduleInfo('loop', 'loop')

/**
 * A run that is meant to last: it starts at once and is restarted by the task's restart policy when it ends.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function loop(options: LoopOptions = {}): Schedule {
  checkKeys('loop', options, ['ready'])
  const gatesReady = optionalBoolean('loop.ready', options.ready) ?? false
  return Object.freeze({
    info,
    slots: undefined,
    policy: slotPolicy({ planning: 'loop', equalByFields: true, gatesReady }),
  })
}
