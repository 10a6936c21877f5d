import type { Coverage } from './coverage.ts'
import { effectNames, eventNames, stateNames } from './coverage.ts'
import { reasonFor } from './impossible.ts'
import type { Summary } from './summary.ts'

export function summaryLines(summary: Summary): readonly string[] {
  const { name, states, transitions, depth, isExhausted, seconds, megabytes, violation, timeline } = summary
  const numbers = [
    name.padEnd(18),
    `${count(states)} states`.padStart(18),
    `${count(transitions)} steps`.padStart(18),
    `depth ${depth}`.padStart(10),
    `${seconds.toFixed(1)} s`.padStart(8),
    `${megabytes} MB`.padStart(7),
    violation ? 'VIOLATION' : isExhausted ? 'exhausted' : 'NOT EXHAUSTED',
  ]
  const lines = [numbers.join('  ')]
  if (violation) lines.push(`  ${violation}`, ...timeline.map((line) => `    ${line}`))
  return lines
}

/** `·`: this event is impossible in this state. `0`: it never occurred. */
export function coverageLines(coverage: Coverage): readonly string[] {
  const width = 11
  const head = ['event'.padEnd(14), ...stateNames.map((state) => state.padStart(width))].join('')
  const rows = eventNames.map((event) => {
    const cells = stateNames.map((state) => cell(coverage, event, state).padStart(width))
    return [event.padEnd(14), ...cells].join('')
  })
  const effects = effectNames.map((name) => `${name} ${short(coverage.effectCount(name))}`)
  return [head, ...rows, '', `effects: ${effects.join(', ')}`]
}

function cell(
  coverage: Coverage,
  event: (typeof eventNames)[number],
  state: (typeof stateNames)[number],
): string {
  const times = coverage.eventCount(event, state)
  return times === 0 && reasonFor(event, state) ? '·' : short(times)
}

export function gaps(coverage: Coverage): readonly string[] {
  const found: string[] = []
  for (const event of eventNames) {
    for (const state of stateNames) {
      const isSeen = coverage.eventCount(event, state) > 0
      const reason = reasonFor(event, state)
      if (!isSeen && !reason) found.push(`'${event}' never met a task that is ${state}`)
      if (isSeen && reason)
        found.push(`'${event}' met a task that is ${state}, which is listed as impossible: ${reason}`)
    }
  }
  for (const name of effectNames) {
    if (coverage.effectCount(name) === 0) found.push(`the effect '${name}' never occurred`)
  }
  return found
}

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

function short(value: number): string {
  if (value < 10_000) return String(value)
  return value < 10_000_000 ? `${Math.round(value / 1_000)}k` : `${Math.round(value / 1_000_000)}M`
}
