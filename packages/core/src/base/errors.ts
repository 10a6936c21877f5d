import { formatMs } from './format-ms.ts'
import { nearMiss } from './near-miss.ts'
import { show } from './show.ts'

/**
 * The kind of an error. Compare codes instead of classes, because two copies of the package have different classes.
 */
export type RunwellErrorCode =
  | 'RUNWELL_INVALID_OPTION'
  | 'RUNWELL_DUPLICATE_TASK'
  | 'RUNWELL_UNKNOWN_TASK'
  | 'RUNWELL_WRONG_STATE'
  | 'RUNWELL_ABORTED'
  | 'RUNWELL_TIMED_OUT'
  | 'RUNWELL_NOT_AN_ERROR'
  | 'RUNWELL_RUN_FAILED'

/** The base class of all errors of Runwell. */
export abstract class RunwellError extends Error {
  abstract override readonly name: string
  abstract readonly code: RunwellErrorCode
}

/** An option or an argument is invalid. The error is thrown immediately, and nothing is changed. */
export class InvalidOptionError extends RunwellError {
  override readonly name = 'InvalidOptionError'
  override readonly code = 'RUNWELL_INVALID_OPTION'
  /** The name of the option, for instance `timeout` or `every.jitter`. */
  readonly option: string
  /** The values that the option accepts, in words. */
  readonly expected: string
  /**
   * The value that was given. If the value is a secret, a description of it instead. Not enumerable, because other
   * values can contain secrets, too, and loggers print all enumerable properties.
   */
  readonly received: unknown
  /** The name of the task, if its registration or another call on this task throws this error. */
  readonly task: string | undefined

  /** @param message - used instead of the sentence "Expected `option` to be …, got …" */
  constructor(option: string, expected: string, received: unknown, task?: string, message?: string) {
    const whose = task === undefined ? '' : ` (task '${task}')`
    super(message ?? `Expected \`${option}\` to be ${expected}, got ${show(received)}${whose}`)
    this.option = option
    this.expected = expected
    this.received = received
    Object.defineProperty(this, 'received', { enumerable: false })
    this.task = task
  }
}

/** A task with this name is already registered. */
export class DuplicateTaskError extends RunwellError {
  override readonly name = 'DuplicateTaskError'
  override readonly code = 'RUNWELL_DUPLICATE_TASK'
  readonly task: string
  /** The owner of the task that is already registered. */
  readonly owner: string

  /** @param cure - a sentence that is added to the message */
  constructor(task: string, owner: string, cure?: string) {
    const text = `Expected \`name\` to be unique, got '${task}', which owner '${owner}' has already registered`
    super(cure === undefined ? text : `${text}. ${cure}`)
    this.task = task
    this.owner = owner
  }
}

/** No task with this name is registered. */
export class UnknownTaskError extends RunwellError {
  override readonly name = 'UnknownTaskError'
  override readonly code = 'RUNWELL_UNKNOWN_TASK'
  readonly task: string

  /** @param known - the names of all tasks; the message suggests a similar name */
  constructor(task: string, where: string, known: readonly string[]) {
    const meant = nearMiss(task, known)
    const cure = meant === undefined ? '' : `. Did you mean '${meant}'?`
    super(`Expected ${where} to name a registered task, got '${task}'${cure}`)
    this.task = task
  }
}

/**
 * The current state of the supervisor or the task does not allow the call, for example `register` after
 * `stop`.
 */
export class WrongStateError extends RunwellError {
  override readonly name = 'WrongStateError'
  override readonly code = 'RUNWELL_WRONG_STATE'
  /** The owner that is being disposed of, if that is why the call is not allowed. */
  readonly owner: string | undefined

  constructor(message: string, owner?: string) {
    super(message)
    this.owner = owner
  }
}

/**
 * Why a run was aborted. Three of the words need an explanation:
 *
 * - `asked`: `abort()` was called, or the signal of a host was aborted.
 * - `lease-lost`: another process may now run the same slot.
 * - `ended`: the run of a loop has ended. Work that this run has started must end, too.
 */
export type AbortCause =
  | 'timeout'
  | 'shutdown'
  | 'paused'
  | 'replaced'
  | 'restart'
  | 'unregistered'
  | 'asked'
  | 'ended'
  | 'lease-lost'

/**
 * The reason of an aborted signal. `throwIfAborted()` also throws this error. For a run that has timed out, the error
 * is a {@link RunTimedOutError} instead.
 */
export class RunAbortedError extends RunwellError {
  override readonly name = 'RunAbortedError'
  override readonly code = 'RUNWELL_ABORTED'
  readonly task: string
  readonly abortedFor: AbortCause
  /**
   * Wall time in milliseconds since 1970. If the run has not ended by then, it is abandoned. A later `extend()` and a
   * later stop of the supervisor can change this time. `Infinity` if the time of the run is not limited.
   */
  readonly deadline: number

  constructor(task: string, abortedFor: AbortCause, deadline: number) {
    super(
      abortedFor === 'ended'
        ? `The run of task '${task}' has ended`
        : `The run of task '${task}' was aborted: ${abortedFor}`,
    )
    this.task = task
    this.abortedFor = abortedFor
    this.deadline = deadline
  }
}

/**
 * A run has exceeded its `timeout`. With `retry`, the timeout applies to each attempt. The signal of the run is
 * aborted, but the function of the task may still be running.
 */
export class RunTimedOutError extends RunwellError {
  override readonly name = 'RunTimedOutError'
  override readonly code = 'RUNWELL_TIMED_OUT'
  readonly task: string
  readonly timeoutMs: number
  /**
   * Wall time in milliseconds since 1970. If the function has not ended by then, the run is abandoned. A later stop
   * of the supervisor can change this time.
   */
  readonly deadline: number

  constructor(task: string, timeoutMs: number, deadline: number) {
    super(`The run of task '${task}' exceeded its timeout of ${formatMs(timeoutMs)}`)
    this.task = task
    this.timeoutMs = timeoutMs
    this.deadline = deadline
  }
}

/** Contains a thrown value that is not an `Error`. */
export class NotAnErrorError extends RunwellError {
  override readonly name = 'NotAnErrorError'
  override readonly code = 'RUNWELL_NOT_AN_ERROR'
  /** The value that was thrown. */
  readonly thrown: unknown

  constructor(thrown: unknown) {
    super(`A value that is not an Error was thrown: ${show(thrown)}`)
    this.thrown = thrown
  }
}

/** `SpawnHandle.result()` rejects with this error if the run was refused, cancelled, timed out or abandoned. */
export class RunFailedError extends RunwellError {
  override readonly name = 'RunFailedError'
  override readonly code = 'RUNWELL_RUN_FAILED'
}
