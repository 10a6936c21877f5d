import { durationFrom, msOf } from '../base/duration.ts'
import { aFunction, checkOptions, type OptionTable, textUpTo, trueOrFalse } from '../base/options.ts'
import type { StopOptions } from './report.ts'

/** How long each priority class may take by default. */
export const defaultClassGraceMs = 10_000
/** The time that is reserved for each later class with active runs or a host. */
export const reserveMs = 3_000
/** The time that is reserved for the flush of the observers. */
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

/** The options of a stop, with their defaults. */
export interface StopPlan {
  readonly reason: string
  readonly deadlineMs: number
  readonly classGraceMs: number
  readonly drain: boolean
  readonly drainDelayMs: number
  readonly before: (() => unknown) | undefined
}

/** @throws InvalidOptionError */
export function resolveStop(options: StopOptions, defaultDeadline: number): StopPlan {
  checkOptions('stop', options, stopOptions, '')
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
