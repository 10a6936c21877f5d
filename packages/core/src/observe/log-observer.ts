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
   * The level for each event type. For a type that is not in this object, the level is in `docs/events.md`. With
   * `'off'`, events of the type are not written.
   */
  readonly levels?: Readonly<Partial<Record<SupervisorEventType, LogLevel | 'off'>>> | undefined
  /**
   * Whether the logger takes the fields as the first argument and the message as the second argument, as pino and
   * bunyan do.
   * @defaultValue `true` for loggers that look like pino or bunyan
   */
  readonly fieldsFirst?: boolean | undefined
  /**
   * The address of your Runwell console, such as `https://shop.example.com/ops`. Lines of level warn or error about a
   * task then get a field `url`: the address of the page of the task. With `console` as logger, this address ends the
   * line.
   */
  readonly consoleUrl?: string | undefined
}

const loggerLevels = ['debug', 'info', 'warn', 'error'] as const
const aLevel = oneOf([...loggerLevels, 'off'])
const levelsByType = Object.fromEntries(Object.keys(eventCatalogue).map((type) => [type, aLevel]))
const logOptions: OptionTable<LogOptions> = {
  levels: anything,
  fieldsFirst: trueOrFalse,
  consoleUrl: aWebAddress,
}

/**
 * Creates an observer that writes each event to a logger. A line has a message, and fields such as `task`, `runId`
 * and the annotations of the run.
 *
 * With `console` as the logger, lines have no fields. Events of level debug are then written only if `levels` names
 * their type. To get the fields and all events of level debug, set `fieldsFirst` to `true` or `false`.
 *
 * @throws {@link InvalidOptionError} if the logger lacks one of the methods `debug`, `info`, `warn` and `error`, and
 * for an invalid option
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

/**
 * Fields that pino, bunyan and winston write themselves. An annotation with such a key would replace the level or the
 * message of the line.
 */
const ofLogger: ReadonlySet<string> = new Set([
  'level',
  'time',
  'timestamp',
  'msg',
  'message',
  'name',
  'pid',
  'hostname',
  'v',
])

/** Fields that `fieldsOf` does not copy unchanged. */
const leftOut: ReadonlySet<string> = new Set(['type', 'at', 'info', 'annotations', 'error'])

function fieldsOf(event: SupervisorEvent): Record<string, unknown> {
  const fields: Record<string, unknown> = { event: event.type, at: new Date(event.at).toISOString() }
  for (const [key, value] of Object.entries(event)) {
    if (value !== undefined && !leftOut.has(key)) fields[key] = value
  }
  if ('error' in event && event.error) fields['err'] = event.error
  if ('info' in event) fields['owner'] = event.info.owner
  for (const [key, text] of Object.entries(('annotations' in event && event.annotations) || {}))
    fields[key in fields || ofLogger.has(key) ? `annotation.${key}` : key] = text
  return fields
}
