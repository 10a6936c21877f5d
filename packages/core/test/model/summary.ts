import type { Coverage } from './coverage.ts'
import { effectNames, eventNames, stateNames } from './coverage.ts'
import type { SearchResult } from './search.ts'

export interface Summary {
  readonly name: string
  readonly states: number
  readonly transitions: number
  readonly depth: number
  readonly isExhausted: boolean
  readonly seconds: number
  readonly megabytes: number
  readonly violation: string | undefined
  readonly timeline: readonly string[]
  readonly events: readonly (readonly number[])[]
  readonly effects: readonly number[]
}

export function summarize(
  result: SearchResult,
  seconds: number,
  megabytes: number,
  timeline: readonly string[],
): Summary {
  const { configuration, states, transitions, depth, isExhausted, coverage, finding } = result
  return {
    name: configuration.name,
    states,
    transitions,
    depth,
    isExhausted,
    seconds,
    megabytes,
    violation: finding && `${finding.invariant}: ${finding.message}`,
    timeline,
    events: eventNames.map((event) => stateNames.map((state) => coverage.eventCount(event, state))),
    effects: effectNames.map((name) => coverage.effectCount(name)),
  }
}

export function addCoverage(coverage: Coverage, { events, effects }: Summary): void {
  for (const [row, event] of eventNames.entries()) {
    for (const [column, state] of stateNames.entries()) {
      const times = events[row]?.[column] ?? 0
      if (times > 0) coverage.event(event, state, times)
    }
  }
  for (const [at, name] of effectNames.entries()) {
    const times = effects[at] ?? 0
    if (times > 0) coverage.effect(name, times)
  }
}
