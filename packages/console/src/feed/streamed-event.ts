import type { SupervisorEvent } from '@runwell/core'
import { errorName, errorText, logLevel, logText } from '@runwell/core/adapter'
import type { StreamedEvent } from '../api/types.ts'
import type { Redact } from './redact.ts'
import { rounded } from './rounded.ts'

/** An event as plain data: the task is only named, and errors are texts. */
export function streamedEvent(id: string, event: SupervisorEvent, redact: Redact): StreamedEvent {
  const { info: _, error, ...fields } = event as SupervisorEvent & { info?: unknown; error?: Error }
  return {
    ...shortened(fields),
    ...(error === undefined ? {} : { error: plainError(error, redact) }),
    id,
    level: logLevel(event),
    text: redact(logText(event), 'error'),
  }
}

function shortened<Fields extends object>(fields: Fields): Fields {
  const entries = Object.entries(fields) as [string, unknown][]
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'number' ? rounded(value) : value]),
  ) as Fields
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
