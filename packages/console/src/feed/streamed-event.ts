import type { SupervisorEvent, TaskHealth } from '@runwell/core'
import { errorName, errorText, logLevel, logText } from '@runwell/core/adapter'
import type { StreamedEvent } from '../api/types.ts'
import { type Redact, redactHealth, redactValues } from './redact.ts'
import { rounded } from './rounded.ts'

export function streamedEvent(id: string, event: SupervisorEvent, redact: Redact): StreamedEvent {
  const streamed: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(event)) {
    if (value === undefined || key === 'info') continue
    streamed[key] = typeof value === 'number' ? rounded(value) : readable(event.type, key, value, redact)
  }
  streamed['id'] = id
  streamed['level'] = logLevel(event)
  streamed['text'] = redact(logText(event), 'error')
  return streamed as unknown as StreamedEvent
}

/** The events in which `reason` is free text, each with the kind for `redact`. */
const reasonKinds: Partial<Record<SupervisorEvent['type'], 'error' | 'note'>> = {
  'rule.opened': 'error',
  'task.paused': 'note',
  'control.performed': 'note',
}

function readable(type: SupervisorEvent['type'], key: string, value: unknown, redact: Redact): unknown {
  if (key === 'error') return plainError(value as Error, redact)
  if (key === 'annotations') return redactValues(value as Readonly<Record<string, string>>, redact)
  if (key === 'detail') return redact(value as string, 'note')
  if (key === 'health' && typeof value === 'object') return redactHealth(value as TaskHealth, redact)
  const kind = key === 'reason' ? reasonKinds[type] : undefined
  return kind === undefined ? value : redact(value as string, kind)
}

function plainError(error: Error, redact: Redact): NonNullable<StreamedEvent['error']> {
  return {
    name: errorName(error),
    message: redact(messageOf(error), 'error'),
    text: redact(errorText(error), 'error'),
  }
}

function messageOf(error: Error): string {
  try {
    return String(error.message).slice(0, 1_024)
  } catch {
    return '(the message cannot be read)'
  }
}
