import type { Outcome, RestartCause, SkipReason } from '../base/words.ts'
import type { Distribution } from './task-metrics.ts'

export function zeroOutcomes(): Record<Outcome, number> {
  return { succeeded: 0, failed: 0, 'timed-out': 0, cancelled: 0, abandoned: 0 }
}

export function zeroSkips(): Record<SkipReason, number> {
  return { overlap: 0, replaced: 0, paused: 0, standby: 0, parked: 0, stuck: 0, stopping: 0 }
}

export function zeroRestarts(): Record<RestartCause, number> {
  return { returned: 0, threw: 0, 'timed-out': 0, stuck: 0, unhealthy: 0, manual: 0 }
}

export function zeroUnits(): Record<'succeeded' | 'failed' | 'cancelled', number> {
  return { succeeded: 0, failed: 0, cancelled: 0 }
}

/** What tasks show to which the thing has never happened; shared by all of them. */
export const noOutcomes: Readonly<Record<Outcome, number>> = Object.freeze(zeroOutcomes())
export const noSkips: Readonly<Record<SkipReason, number>> = Object.freeze(zeroSkips())
export const noRestarts: Readonly<Record<RestartCause, number>> = Object.freeze(zeroRestarts())
export const noUnits = Object.freeze(zeroUnits())
export const noErrors: ReadonlyMap<string, number> = new Map()
export const noRecent = Object.freeze({ succeeded: 0, failed: 0 })

export const emptyDistribution: Distribution = Object.freeze({
  count: 0,
  sum: 0,
  min: 0,
  max: 0,
  quantile: () => undefined,
})
