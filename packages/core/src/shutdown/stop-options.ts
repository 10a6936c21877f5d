import { durationFrom, msOf } from '../base/duration.ts'
import { aFunction, checkOptions, type OptionTable, textUpTo, trueOrFalse } from '../base/options.ts'
import type { StopOptions } from './report.ts'

export const defaultClassGraceMs = 10_000
/**
 * While the tasks of one priority are stopped, this time is reserved for each later priority that has tasks to stop.
 * If the deadline is too near for this, less time is reserved.
 */
export const reserveMs = 3_000
/** The time reserved for the flush of observers. If the deadline is too near for this, less time is reserved. */
export const flushMs = 2_000

const withinADay = durationFrom(0, 86_400_000)
export const stopOptions: OptionTable<StopOptions> = {
  deadline: withinADay,
  classGrace: withinADay,
  drain: trueOrFalse,
  drainDelay: withinADay,
  before: aFunction,
  reason: textUpTo(200),
}

export interface StopPlan {
  readonly reason: string
  readonly deadlineMs: number
  readonly classGraceMs: number
  readonly drain: boolean
  readonly drainDelayMs: number
  readonly before: (() => unknown) | undefined
}

export function resolveStop(options: StopOptions, defaultDeadline: number): StopPlan {
  checkOptions('stop', options, stopOptions, '', { timeout: 'deadline' })
  const { deadline = defaultDeadline, classGrace = defaultClassGraceMs, drainDelay = 0 } = options
  const { reason = 'stop', drain = false, before } = options
  return {
    reason,
    deadlineMs: msOf(deadline),
    classGraceMs: msOf(classGrace),
    drain,
    drainDelayMs: msOf(drainDelay),
    before,
  }
}
