import { tracingChannel } from 'node:diagnostics_channel'
import type { AbortCause } from '../base/errors.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { Outcome, Trigger } from '../base/words.ts'
import { publish, runStores } from './channels.ts'
import type { WrappedRun } from './wrapped-run.ts'

/**
 * The message about one run on `tracingChannel('runwell:run')` of `node:diagnostics_channel`. `start`, `end`, `error`,
 * `asyncStart` and `asyncEnd` get the same object, so that a subscriber can add properties.
 */
export interface RunMessage {
  /** The name of the task. */
  readonly task: string
  readonly info: TaskInfo
  readonly runId: string
  readonly trigger: Trigger
  /** At the start 1, or more if other processes have lost the run. At the end the number of the last attempt. */
  attempt: number
  /** Wall time of the slot; `undefined` if no schedule started the run. */
  readonly scheduledAt: number | undefined
  /** Wall time. */
  readonly startedAt: number
  /** How the run ended. Absent before its end, like the fields below. */
  outcome?: Outcome
  durationMs?: number
  /** Absent unless the run ended with an error. */
  error?: Error
  /** Why its signal was aborted; absent if it was not. */
  abortedFor?: AbortCause
}

const channel = tracingChannel<unknown, RunMessage>('runwell:run')

/** Whether the channel of runs has a subscriber or a bound store. */
export function hasRunSubscribers(): boolean {
  return channel.hasSubscribers
}

/**
 * Begins a run with the stores that are bound to the channel, and publishes its start and end in the order of Node's
 * `tracePromise`.
 * @param onFault - receives the errors of subscribers
 */
export function traceRun<Subject>(wrappedRun: WrappedRun<Subject>, onFault: (error: Error) => void): void {
  const { task: info, runId, trigger, attempt, scheduledAt, startedAt } = wrappedRun.scope
  const message: RunMessage = { task: info.name, info, runId, trigger, attempt, scheduledAt, startedAt }
  const begin = (): void => {
    wrappedRun.begin()
    publish(channel.end, message, onFault)
  }
  runStores(channel.start, message, begin, onFault)
  wrappedRun.whenEnded(({ outcome, error, durationMs, attempt, abortedFor }) => {
    Object.assign(message, { outcome, durationMs, attempt })
    if (abortedFor !== undefined) message.abortedFor = abortedFor
    if (error !== undefined) {
      message.error = error
      publish(channel.error, message, onFault)
    }
    publish(channel.asyncStart, message, onFault)
    publish(channel.asyncEnd, message, onFault)
  })
}
