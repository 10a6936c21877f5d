import type { SupervisorEvent } from '../../../src/index.ts'

const skipped = new Set([
  'at',
  'type',
  'task',
  'info',
  'seq', // a failing observer is an event, so it moves the numbers of all others
  'annotations',
  'health',
  'byState',
  'byHealth',
  'byCategory',
  'byPriority',
])

/** An event as a line: time, type, task and its other fields in short. */
export function lineOf(event: SupervisorEvent, mono: number): string {
  const parts = Object.entries(event).flatMap(([key, value]) => {
    if (skipped.has(key) || value === undefined) return []
    const text =
      value instanceof Error ? value.name : typeof value === 'object' ? JSON.stringify(value) : String(value)
    // The id of a supervisor differs between runs.
    return [`${key}=${key === 'runId' ? text.slice(text.indexOf('-')) : text}`.slice(0, 120)]
  })
  const whose = 'task' in event ? ` ${event.task}` : ''
  return `${String(mono).padStart(8)} ${event.type}${whose} ${parts.join(' ')}`
}
