import type { Outcome } from '../base/words.ts'
import { type CounterName, counters, type TaskCounters } from '../events/counters.ts'
import type { Distribution } from './task-metrics.ts'

export const counterNames = Object.keys(counters) as readonly CounterName[]

/** All tasks without counts share this object. */
export const noCounts = Object.freeze(
  Object.fromEntries(counterNames.map((name) => [name, zeroOf(counters[name])])),
) as unknown as TaskCounters

function zeroOf(kind: 'total' | readonly string[]): number | Readonly<Record<string, number>> {
  return kind === 'total' ? 0 : Object.freeze(Object.fromEntries(kind.map((word) => [word, 0])))
}

/** The object literal takes 64 bytes. A copy of `noCounts.outcomes` would take 96 bytes. */
export function zeroOutcomes(): Record<Outcome, number> {
  return { succeeded: 0, failed: 0, 'timed-out': 0, cancelled: 0, abandoned: 0 }
}

export const noErrors: ReadonlyMap<string, number> = new Map()
export const noRecent = Object.freeze({ succeeded: 0, failed: 0 })

export const emptyDistribution: Distribution = Object.freeze({
  count: 0,
  sum: 0,
  min: 0,
  max: 0,
  quantile: () => undefined,
})
