import { tracingChannel } from 'node:diagnostics_channel'
import type { AbortCause } from '../base/errors.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { Outcome, Trigger } from '../base/words.ts'
import { publish, runStores } from './channels.ts'
import type { WrappedRun } from './wrapped-run.ts'

/**
 * The message about one run on `tracingChannel('runwell:run')`. All messages of one run are the same object. So a
 * subscriber can add properties to it.
 */
export interface RunMessage {
  /** The name of the task. */
  readonly task: string
  readonly info: TaskInfo
  readonly runId: string
  readonly trigger: Trigger
  /** The number of the attempt, from 1. After the run, it is the number of the last attempt. */
  attempt: number
  /** Wall time of the slot. `undefined` for a run without a slot. */
  readonly scheduledAt: number | undefined
  /** Wall time in milliseconds since 1970. */
  readonly startedAt: number
  /** How the run ended. This field and the fields below are absent until the run has ended. */
  outcome?: Outcome
  durationMs?: number
  /** Absent if the run ended without an error. */
  error?: Error
  /** Why the run was aborted. Absent if it was not aborted. */
  abortedFor?: AbortCause
  /** The health rule that aborted the run, to restart the task. Absent if no rule did. */
  rule?: string
}

const channel = tracingChannel<unknown, RunMessage>('runwell:run')

export function hasRunSubscribers(): boolean {
  return channel.hasSubscribers
}

/** The messages come in the same order as in Node's `tracePromise`. */
export function traceRun<Subject>(wrappedRun: WrappedRun<Subject>, onFault: (error: Error) => void): void {
  const { task: info, runId, trigger, attempt, scheduledAt, startedAt } = wrappedRun.scope
  const message: RunMessage = { task: info.name, info, runId, trigger, attempt, scheduledAt, startedAt }
  const begin = (): void => {
    wrappedRun.begin()
    publish(channel.end, message, onFault)
  }
  runStores(channel.start, message, begin, onFault)
  wrappedRun.whenEnded(({ outcome, error, durationMs, attempt, abortedFor, rule }) => {
    Object.assign(message, { outcome, durationMs, attempt })
    if (abortedFor !== undefined) message.abortedFor = abortedFor
    if (rule !== undefined) message.rule = rule
    if (error !== undefined) {
      message.error = error
      publish(channel.error, message, onFault)
    }
    publish(channel.asyncStart, message, onFault)
    publish(channel.asyncEnd, message, onFault)
  })
}
