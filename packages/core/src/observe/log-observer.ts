import { InvalidOptionError } from '../base/errors.ts'
import { anything, checkOptions, type OptionTable, oneOf, reading, trueOrFalse } from '../base/options.ts'
import { aWebAddress, pageOfTask } from '../base/task-page.ts'
import { eventCatalogue, type LogLevel, logLevel, logText } from '../events/catalogue.ts'
import type { SupervisorEvent, SupervisorEventType } from '../events/events.ts'
import { FleetOutage } from './fleet-outage.ts'
import type { Observer } from './observer.ts'

/** A logger with the methods of pino, winston or `console`. */
export interface LoggerLike {
  readonly debug: (...args: never[]) => unknown
  readonly info: (...args: never[]) => unknown
  readonly warn: (...args: never[]) => unknown
  readonly error: (...args: never[]) => unknown
}

/** Options of {@link logObserver}. */
export interface LogOptions {
  /**
   * Levels by event type, instead of the levels in `docs/events.md`. With `'off'`, events of a type get no
   * line.
   */
  readonly levels?: Readonly<Partial<Record<SupervisorEventType, LogLevel | 'off'>>> | undefined
  /**
   * Whether the logger takes the fields before the message, as pino and bunyan do.
   * @defaultValue `true` for loggers that look like pino or bunyan
   */
  readonly fieldsFirst?: boolean | undefined
  /**
   * The address of your Runwell console, such as `https://shop.example.com/ops`. Lines of level warn or error
   * about a task then link to the page of the task, in the field `url`.
   */
  readonly consoleUrl?: string | undefined
}

const loggerLevels = ['debug', 'info', 'warn', 'error'] as const
const aLevel = oneOf([...loggerLevels, 'off'])
const levelsByType = Object.fromEntries(Object.keys(eventCatalogue).map((type) => [type, aLevel]))
const logOptions: OptionTable<LogOptions> = {
  levels: anything, // checked by event type
  fieldsFirst: trueOrFalse,
  consoleUrl: aWebAddress,
}

/**
 * Creates an observer that writes each event to a logger: a sentence, and fields such as `task`, `runId` and
 * the annotations of the run.
 *
 * `logObserver(console)` writes only sentences, without events of level debug. To get all fields and events,
 * set `fieldsFirst`.
 *
 * @throws {@link InvalidOptionError} if the logger lacks one of `debug info warn error`, and for an invalid
 * option
 */
export function logObserver(logger: LoggerLike, options: LogOptions = {}): Observer {
  checkOptions('logObserver', options, logOptions, '')
  for (const level of loggerLevels) {
    if (reading('logger', () => typeof logger?.[level] === 'function')) continue
    throw new InvalidOptionError('logger', 'an object with debug, info, warn and error', logger)
  }
  const { levels = {}, fieldsFirst = looksLikePino(logger), consoleUrl } = options
  const isForReaders = options.fieldsFirst === undefined && looksLikeConsole(logger)
  checkOptions('levels', levels, levelsByType)
  const outage = new FleetOutage()
  return {
    name: 'log',
    onEvent(event) {
      const named = levels[event.type]
      const caused = outage.follow(event)
      const level = named ?? (caused === 'repeat' ? 'debug' : logLevel(event))
      if (level === 'off' || (isForReaders && level === 'debug' && named === undefined)) return
      const write = logger[level] as (...args: unknown[]) => unknown
      const isFirst = caused === 'first' && named === undefined
      const message = isFirst ? outage.firstText(event, 'have lines of level debug') : logText(event)
      const isProblem = level === 'warn' || level === 'error'
      const url =
        consoleUrl !== undefined && isProblem && 'task' in event
          ? pageOfTask(consoleUrl, event.task)
          : undefined
      if (isForReaders) return void write.call(logger, url === undefined ? message : `${message} (${url})`)
      const fields = fieldsOf(event)
      if (url !== undefined) fields['url'] = url
      if (fieldsFirst) write.call(logger, fields, message)
      else write.call(logger, message, fields)
    },
  }
}

function looksLikePino(logger: LoggerLike): boolean {
  return reading('logger', () => 'bindings' in logger || 'fields' in logger)
}

function looksLikeConsole(logger: LoggerLike): boolean {
  return reading('logger', () => 'groupEnd' in logger && 'table' in logger)
}

/** Fields that `fieldsOf` writes in another form. */
const leftOut: ReadonlySet<string> = new Set(['type', 'at', 'info', 'annotations', 'error'])

function fieldsOf(event: SupervisorEvent): Record<string, unknown> {
  const fields: Record<string, unknown> = { event: event.type, at: new Date(event.at).toISOString() }
  for (const [key, value] of Object.entries(event)) {
    if (value !== undefined && !leftOut.has(key)) fields[key] = value
  }
  if ('error' in event && event.error) fields['err'] = event.error
  if ('info' in event) fields['owner'] = event.info.owner
  for (const [key, text] of Object.entries(('annotations' in event && event.annotations) || {}))
    fields[key in fields ? `annotation.${key}` : key] = text
  return fields
}
