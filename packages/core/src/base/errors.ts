/** What went wrong, as a stable text. Compare this and not the class: it survives a second copy of the package. */
export type RunwellErrorCode =
  | 'RUNWELL_INVALID_OPTION'
  | 'RUNWELL_DUPLICATE_TASK'
  | 'RUNWELL_UNKNOWN_TASK'
  | 'RUNWELL_WRONG_STATE'
  | 'RUNWELL_ABORTED'
  | 'RUNWELL_TIMED_OUT'
  | 'RUNWELL_NOT_AN_ERROR'
  | 'RUNWELL_RUN_FAILED'

/** Base of every error that Runwell throws, or hands to a run or an observer. */
export abstract class RunwellError extends Error {
  abstract override readonly name: string
  abstract readonly code: RunwellErrorCode
}

/** An option, or an argument, makes no sense. Thrown where it was given, before anything has changed. */
export class InvalidOptionError extends RunwellError {
  override readonly name = 'InvalidOptionError'
  override readonly code = 'RUNWELL_INVALID_OPTION'
  /** The option, for instance `timeout` or `schedule.jitter`. */
  readonly option: string
  /** What it takes. */
  readonly expected: string
  /** What came. */
  readonly received: unknown
  /** The task whose option it is, where there is one with a name. */
  readonly task: string | undefined

  constructor(option: string, expected: string, received: unknown, task?: string) {
    const whose = task === undefined ? '' : ` (task '${task}')`
    super(`Expected \`${option}\` to be ${expected}, got ${show(received)}${whose}`)
    this.option = option
    this.expected = expected
    this.received = received
    this.task = task
  }
}

/** A task of this name is registered already, or a run of an earlier task of this name still lives. */
export class DuplicateTaskError extends RunwellError {
  override readonly name = 'DuplicateTaskError'
  override readonly code = 'RUNWELL_DUPLICATE_TASK'
  readonly task: string

  constructor(task: string, owner: string) {
    super(`Expected \`name\` to be unique, got '${task}', which owner '${owner}' has registered`)
    this.task = task
  }
}

/** No task of this name is registered. */
export class UnknownTaskError extends RunwellError {
  override readonly name = 'UnknownTaskError'
  override readonly code = 'RUNWELL_UNKNOWN_TASK'
  readonly task: string

  constructor(task: string, where: string) {
    super(`Expected ${where} to name a registered task, got '${task}'`)
    this.task = task
  }
}

/** The call does not fit the state of the supervisor or the task: for instance `register` after `stop`. */
export class WrongStateError extends RunwellError {
  override readonly name = 'WrongStateError'
  override readonly code = 'RUNWELL_WRONG_STATE'
}

/** Why a run was told to end. */
export type AbortCause = 'timeout' | 'shutdown' | 'paused' | 'replaced' | 'restart' | 'unregistered' | 'asked'

/** The reason of the signal of a run that should end, and what `throwIfAborted()` throws. */
export class RunAbortedError extends RunwellError {
  override readonly name = 'RunAbortedError'
  override readonly code = 'RUNWELL_ABORTED'
  readonly task: string
  readonly abortedFor: AbortCause
  /** Until when the run may clean up, in wall time (milliseconds since 1970). After it the run counts as abandoned. */
  readonly deadline: number

  constructor(task: string, abortedFor: AbortCause, deadline: number) {
    super(`Task '${task}' was told to end: ${abortedFor}`)
    this.task = task
    this.abortedFor = abortedFor
    this.deadline = deadline
  }
}

/** A run outlived its `timeout`. Its signal is aborted; its function may be running still. */
export class RunTimedOutError extends RunwellError {
  override readonly name = 'RunTimedOutError'
  override readonly code = 'RUNWELL_TIMED_OUT'
  readonly task: string
  readonly timeoutMs: number
  readonly deadline: number

  constructor(task: string, timeoutMs: number, deadline: number) {
    super(`Task '${task}' did not end within its timeout of ${timeoutMs} ms`)
    this.task = task
    this.timeoutMs = timeoutMs
    this.deadline = deadline
  }
}

/** Stands for something thrown that is no `Error`. It is made once, so that all who report it report the same object. */
export class NotAnErrorError extends RunwellError {
  override readonly name = 'NotAnErrorError'
  override readonly code = 'RUNWELL_NOT_AN_ERROR'
  /** What was thrown. */
  readonly thrown: unknown

  constructor(thrown: unknown) {
    super(`Something that is no Error was thrown: ${show(thrown)}`)
    this.thrown = thrown
  }
}

/** Rejects `SpawnHandle.result()` when the run ended without a value: refused, cancelled, timed out or abandoned. */
export class RunFailedError extends RunwellError {
  override readonly name = 'RunFailedError'
  override readonly code = 'RUNWELL_RUN_FAILED'
}

/**
 * `thrown` if it is an Error (of any realm) that lets itself be read, else an Error that stands for it: whoever logs or
 * reports it need not fear its getters. Never throws.
 */
export function toError(thrown: unknown): Error {
  try {
    if (isError(thrown) && isReadable(thrown)) return thrown
  } catch {
    // A revoked proxy, one with traps that throw, a getter that throws: no Error in any case.
  }
  return new NotAnErrorError(thrown)
}

function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]'
}

/** Throws, or says `false`, for what would throw later, in the hands of a logger or an adapter. */
function isReadable(error: Error): boolean {
  const read = [error.name, error.message, error.stack, error.cause, error.constructor]
  return read.every((value) => typeof value !== 'symbol')
}

/** A value as one short line, for messages. Never throws, whatever the value. */
export function show(value: unknown): string {
  try {
    if (typeof value === 'string') return `'${clip(value)}'`
    if (typeof value === 'function') return clip(`function ${value.name || '(anonymous)'}`)
    if (typeof value === 'object' && value !== null) return clip(showObject(value))
    return clip(String(value))
  } catch {
    return 'a value that can not be shown' // a hostile toJSON, toString or a cycle
  }
}

/** What JSON knows nothing of, such as a promise, by its class. */
function showObject(value: object): string {
  const json = JSON.stringify(value) ?? String(value)
  const name: unknown = value.constructor?.name
  return json === '{}' && typeof name === 'string' && name !== '' && name !== 'Object' ? `a ${name}` : json
}

function clip(text: string): string {
  if (text.length <= 200) return text
  // A slice of a long text holds on to all of it; what split and join make is a text of its own.
  return `${text.slice(0, 200).split('').join('')}…`
}
