import { checkKeys } from '../base/check.ts'
import { InvalidOptionError } from '../base/errors.ts'
import type { SupervisorEvent, SupervisorEventType } from '../events/events.ts'
import type { LogLevel } from './describe.ts'
import { describe, levelOf } from './describe.ts'
import type { Observer } from './observer.ts'

type Log = (...args: never[]) => unknown

/** A logger of the shape of pino, winston or `console`. */
export interface LoggerLike {
  readonly debug: Log
  readonly info: Log
  readonly warn: Log
  readonly error: Log
}

/** Options of {@link logObserver}. */
export interface LogOptions {
  /** The level of each event type that should not have its own; `'off'` for those that should not be logged. */
  readonly levels?: Readonly<Partial<Record<SupervisorEventType, LogLevel | 'off'>>> | undefined
  /** Whether the fields come before the message, as in pino and bunyan. @defaultValue by the look of the logger */
  readonly fieldsFirst?: boolean | undefined
}

const keys = ['levels', 'fieldsFirst']

/**
 * Writes events to a logger: a sentence, and the fields beside it, with `task`, `runId` and the run's annotations
 * (such as its trace id).
 *
 * @throws {@link InvalidOptionError} when the logger lacks one of `debug info warn error`.
 */
export function logObserver(logger: LoggerLike, options: LogOptions = {}): Observer {
  checkKeys('logObserver', options, keys)
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    if (typeof logger?.[level] === 'function') continue
    throw new InvalidOptionError('logger', 'an object with debug, info, warn and error', logger)
  }
  const { levels = {}, fieldsFirst = looksLikePino(logger) } = options
  return {
    name: 'log',
    onEvent(event) {
      const level = levels[event.type] ?? levelOf(event)
      if (level === 'off') return
      const write = logger[level] as (...args: unknown[]) => unknown
      const message = describe(event)
      const fields = fieldsOf(event)
      if (fieldsFirst) write.call(logger, fields, message)
      else write.call(logger, message, fields)
    },
  }
}

function looksLikePino(logger: LoggerLike): boolean {
  return 'bindings' in logger || 'fields' in logger
}

/** Said in another way, or the same for all events of a task. */
const apart: ReadonlySet<string> = new Set(['type', 'at', 'info', 'annotations', 'error'])

/** What belongs beside the sentence: flat, without what is long or the same for all events of a task. */
function fieldsOf(event: SupervisorEvent): Record<string, unknown> {
  const fields: Record<string, unknown> = { event: event.type, at: new Date(event.at).toISOString() }
  for (const [key, value] of Object.entries(event)) {
    if (value !== undefined && !apart.has(key)) fields[key] = value
  }
  if ('error' in event && event.error) fields['err'] = event.error
  if ('info' in event) fields['owner'] = event.info.owner
  if ('annotations' in event && event.annotations) Object.assign(fields, event.annotations)
  return fields
}
