import type { SupervisorEvent } from '../../../src/index.ts'

const skipped = new Set([
  'at',
  'type',
  'task',
  'info',
  'seq', // an event `observer.failed` changes the numbers of all later events
  'annotations',
  'health',
  'byState',
  'byHealth',
  'byCategory',
  'byPriority',
])

export function lineOf(event: SupervisorEvent, mono: number): string {
  const parts = Object.entries(event).flatMap(([key, value]) => {
    if (skipped.has(key) || value === undefined) return []
    const text =
      value instanceof Error ? value.name : typeof value === 'object' ? JSON.stringify(value) : String(value)
    // A run id begins with the id of the supervisor, which differs between two supervisors.
    return [`${key}=${key === 'runId' ? text.slice(text.lastIndexOf('-')) : text}`.slice(0, 120)]
  })
  const whose = 'task' in event ? ` ${event.task}` : ''
  return `${String(mono).padStart(8)} ${event.type}${whose} ${parts.join(' ')}`
}
