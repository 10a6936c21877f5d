import type { ExternalTask } from '@runwell/core'
import { emitProcessWarning } from '@runwell/core/adapter'

interface LiveCall extends ReturnType<ExternalTask['begin']> {
  /**
   * The result and the error that the message had before the call. A library may use one message object for several
   * calls, so only changed values belong to this call.
   */
  readonly before: Outcome
}

interface Outcome {
  readonly result?: unknown
  readonly error?: unknown
}

type Annotate<Message> = ((message: Message) => Readonly<Record<string, string>>) | undefined

export class CallRuns<Message extends object> {
  readonly #channel: string
  readonly #annotations: Annotate<Message>
  readonly #taskOf: (message: Message) => ExternalTask | undefined
  readonly #live = new WeakMap<object, LiveCall>()
  #liveCount = 0
  #onIdle: (() => void) | undefined
  #hasWarned = false

  constructor(
    channel: string,
    annotations: Annotate<Message>,
    taskOf: (message: Message) => ExternalTask | undefined,
  ) {
    this.#channel = channel
    this.#annotations = annotations
    this.#taskOf = taskOf
  }

  readonly start = (message: unknown): void => {
    if (!isObject(message) || this.#onIdle) return
    this.#end(message)
    const run = this.#ask(() => this.#taskOf(message as Message)?.begin())
    if (run === undefined) return
    this.#liveCount += 1
    this.#live.set(message, { ...run, before: this.#ask(() => outcomeOf(message)) ?? {} })
    this.#ask(() => {
      const texts = this.#annotations?.(message as Message)
      if (texts) run.context.annotate(texts)
    })
  }

  /** Ends the run of a synchronous call. An asynchronous call has no result yet, so its run ends in `asyncEnd`. */
  readonly end = (message: unknown): void => {
    if (!isObject(message)) return
    const { before } = this.#live.get(message) ?? {}
    if (before === undefined) return
    const isOver = this.#ask(() => {
      const { result, error } = message
      return (
        error !== before.error || ('result' in message && !('result' in before)) || result !== before.result
      )
    })
    if (isOver ?? true) this.#end(message)
  }

  readonly asyncStart = (): void => {}

  readonly asyncEnd = (message: unknown): void => {
    if (isObject(message)) this.#end(message)
  }

  /** Does nothing: `end` and `asyncEnd` read the error from the message. */
  readonly error = (): void => {}

  stop(onIdle: () => void): void {
    this.#onIdle = onIdle
    if (this.#liveCount === 0) onIdle()
  }

  #end(message: Outcome): void {
    const call = this.#live.get(message)
    if (call === undefined) return
    this.#live.delete(message)
    const failure = this.#ask(() => {
      const { error } = message
      if (!('error' in message) || error === call.before.error) return undefined
      return error ?? new Error('failed without an error')
    })
    call.end(failure)
    this.#liveCount -= 1
    if (this.#liveCount === 0) this.#onIdle?.()
  }

  /** Calls foreign code, such as `taskOf` or a getter. Returns `undefined` if the code throws. */
  #ask<Answer>(question: () => Answer): Answer | undefined {
    try {
      return question()
    } catch (error) {
      if (!this.#hasWarned)
        emitProcessWarning(`Runwell: cannot follow a call of channel '${this.#channel}': ${error}`)
      this.#hasWarned = true
      return undefined
    }
  }
}

function outcomeOf(message: Outcome): Outcome {
  const { error } = message
  return 'result' in message ? { result: message.result, error } : { error }
}

function isObject(message: unknown): message is Outcome & object {
  return typeof message === 'object' && message !== null
}
