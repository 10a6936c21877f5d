import type { SupervisorEvent } from '@runwell/core'
import { errorName, errorText, logLevel, logText } from '@runwell/core/adapter'
import type { StreamedEvent } from '../api/types.ts'
import type { Redact } from './redact.ts'
import { rounded } from './rounded.ts'

/** Returns an event as plain data: without the `info` of the task, and with its error as texts. */
export function streamedEvent(id: string, event: SupervisorEvent, redact: Redact): StreamedEvent {
  const streamed: Record<string, unknown> = {}
  // This runs for each event while someone views the page, so it is written for speed.
  for (const [key, value] of Object.entries(event)) {
    if (value === undefined || key === 'info') continue
    if (key === 'error') streamed[key] = plainError(value as Error, redact)
    else streamed[key] = typeof value === 'number' ? rounded(value) : value
  }
  streamed['id'] = id
  streamed['level'] = logLevel(event)
  streamed['text'] = redact(logText(event), 'error')
  return streamed as unknown as StreamedEvent
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
