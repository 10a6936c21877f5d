import { checkKeys, optionalBoolean } from '../base/check.ts'
import { slotPolicy } from './policy.ts'
import type { Schedule } from './schedule.ts'

/** Options of {@link loop}. */
export interface LoopOptions {
  /** Whether a critical task holds readiness back until its run calls `ready()` or gives a first beat. @defaultValue `false` */
  readonly ready?: boolean | undefined
}

const info = Object.freeze({
  kind: 'loop',
  text: 'loop',
  periodMs: undefined,
  cron: undefined,
  timeZone: undefined,
})

/**
 * Meant to run for ever: started at once, and started again, by the task's restart policy, when it ends.
 *
 * @throws {@link InvalidOptionError} for the first option that makes no sense.
 */
export function loop(options: LoopOptions = {}): Schedule {
  checkKeys('loop', options, ['ready'])
  const gatesReady = optionalBoolean('loop.ready', options.ready) ?? false
  return Object.freeze({ info, slots: undefined, policy: slotPolicy({ gatesReady }) })
}
