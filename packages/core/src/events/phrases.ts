import { formatMs } from '../base/duration.ts'
import { errorText } from '../base/error-record.ts'
import { hostOf, type TaskInfo } from '../base/task-info.ts'
import type { ControlResult, Outcome, RestartCause, RestartRefusal, SkipReason } from '../base/words.ts'
import { otherProblems, type ShutdownReport } from '../shutdown/report.ts'
import type { EventOf, SupervisorEvents } from './events.ts'

const outcomeWords: Readonly<Record<Outcome, string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  'timed-out': 'timed out',
  cancelled: 'was cancelled',
  abandoned: 'ignored its aborted signal and was abandoned',
}

/**
 * Returns how a run or a unit ended, in words. The code of an external task often gets no signal, so the text does
 * not say that it ignored the signal.
 */
export function outcomeText(outcome: Outcome, { schedule }: TaskInfo): string {
  const isWithoutSignal = outcome === 'abandoned' && schedule.startedBy === 'call'
  return isWithoutSignal ? 'did not end in time and was abandoned' : outcomeWords[outcome]
}

const causeWords: Readonly<Record<RestartCause, string>> = {
  returned: 'returned',
  threw: 'threw an error',
  'timed-out': 'timed out',
  stuck: 'got stuck',
  unhealthy: 'broke a health rule',
  manual: 'was asked to restart',
}

export function causeText(cause: RestartCause, rule: string | undefined): string {
  return cause === 'unhealthy' && rule !== undefined ? `broke the health rule '${rule}'` : causeWords[cause]
}

export const skipWords: Readonly<Record<SkipReason, string>> = {
  overlap: 'the previous run has not ended',
  replaced: 'a newer run replaces it',
  paused: 'the task is paused',
  standby: 'the task is on standby',
  parked: 'the task is parked',
  stuck: 'a run that ignores its aborted signal blocks it',
  stopping: 'the supervisor is stopping',
  host: 'the code that runs the task skipped it',
}

/** Returns why slots were missed, in words. */
export function missText({
  cause,
  count,
  info,
}: Pick<EventOf<'run.missed'>, 'cause' | 'count' | 'info'>): string {
  const it = count === 1 ? 'it' : 'them'
  const words: Readonly<Record<typeof cause, string>> = {
    blocked: 'the event loop was blocked, or the machine slept',
    'clock-jumped': 'the machine slept, or the clock was set forward',
    'already-due': `already due when this process planned ${it}`,
    host: `${hostOf(info)} did not run ${it}`,
    fleet: `no process ran ${it} in time`,
  }
  return words[cause]
}

export const refusalWords: Readonly<Record<RestartRefusal, string>> = {
  stuck: skipWords.stuck,
  stopping: skipWords.stopping,
  paused: skipWords.paused,
  unregistered: 'the task was unregistered',
  progress: 'its run is making progress',
  never: 'its restart mode is never',
  pending: 'it starts again anyway',
  'not-started': 'the supervisor has not started',
  finished: 'the task has finished',
  replaced: 'a newer request replaces it',
  external: 'its runs are started from outside the supervisor',
}

export const stopWords: Readonly<Record<SupervisorEvents['task.stopped']['reason'], string>> = {
  stop: 'the supervisor is stopping',
  unregistered: 'it was unregistered',
  finished: 'it has finished',
  'gave-up': 'it was given up',
}

export const episodeEndWords: Readonly<
  Record<Exclude<SupervisorEvents['rule.closed']['cause'], 'cleared'>, string>
> = {
  stopped: 'the supervisor has stopped',
  unregistered: 'the task was unregistered',
  rescheduled: 'the new schedule has other rules',
}

export function because(error: Error | undefined): string {
  return error === undefined ? '' : `: ${errorText(error)}`
}

function waitingWords(call: SupervisorEvents['run.ended']['waitingCall']): string {
  if (call === undefined) return ''
  const cure = call === 'supervisor.stop()' ? 'context.stop()' : `context.${call}`
  return `. ${call} waits for it: if the run itself awaits this call, use ${cure} instead, which does not wait`
}

/** Returns what happens with a run of a fleet that this process did not finish. */
export function handoverWords({
  info,
  outcome,
  abortedFor,
}: Pick<EventOf<'run.ended'>, 'info' | 'outcome' | 'abortedFor'>): string {
  if (info.fleet === undefined || outcome === 'succeeded') return ''
  if (abortedFor === 'shutdown')
    return '; this process stops, so the next process that can run the task makes a new attempt'
  if (abortedFor !== 'lease-lost') return ''
  return '; this process has lost its lease, so another process makes a new attempt'
}

export function runCount(count: number, atLeast = false): string {
  return `${atLeast ? 'at least ' : ''}${count} ${count === 1 ? 'run' : 'runs'}`
}

export function firstRun({ at, firstRunAt }: EventOf<'task.started' | 'task.rescheduled'>): string {
  if (firstRunAt === undefined) return ''
  if (firstRunAt <= at) return '; first run now'
  return `; first run in ${formatMs(firstRunAt - at)}, at ${new Date(firstRunAt).toISOString()}`
}

function ofSlot(scheduledAt: number | undefined): string {
  return scheduledAt === undefined ? '' : ` of the slot ${new Date(scheduledAt).toISOString()}`
}

export function untilText(until: number | undefined): string {
  return until === undefined ? '' : ` until ${new Date(until).toISOString()}`
}

export function controlText(event: EventOf<'control.performed'>): string {
  const { task, control, by = 'A caller', reason, result, runId } = event
  const why = reason === undefined ? '' : ` (${reason})`
  if (result === 'done')
    return `Task '${task}': ${by} ${control}${control.endsWith('e') ? 'd' : 'ed'} ${runId === undefined ? 'it' : `run ${runId}`}${why}`
  return `Task '${task}': ${by} asked to ${control} it${why}: ${answerWords[result]}`
}

const answerWords: Readonly<Record<ControlResult, string>> = {
  ...skipWords,
  ...refusalWords,
  failed: 'the task was given up',
  full: 'as many runs as allowed are active',
  unreachable: "the fleet can't be used",
  done: 'done',
  unchanged: 'there was nothing to do',
  queued: 'it waits for a run to end',
}

export function list(names: readonly string[]): string {
  return names.slice(0, 10).join(', ')
}

export function parkedText(event: EventOf<'task.parked'>): string {
  const { task, cause, rule, parks, trialAt, at, error } = event
  const ended = `it ${causeText(cause, rule)}`
  const why =
    parks === 1
      ? `: ${ended} once more than its restart budget allows`
      : ` again, because trial ${parks - 1} failed: ${ended}`
  return `Task '${task}' is parked${why}, next trial in ${formatMs(trialAt - at)}${because(error)}`
}

export function stoppedText(report: ShutdownReport): string {
  const { tookMs, abandoned } = report
  const tasks = list(abandoned.map(({ task }) => task))
  const runs = tasks === '' ? 'all runs ended' : `${runCount(abandoned.length)} did not end in time: ${tasks}`
  return [`The supervisor stopped in ${formatMs(tookMs)}, ${runs}`, ...otherProblems(report, list)].join('; ')
}

export function endText(event: EventOf<'run.ended'>): string {
  const { task, info, outcome, durationMs, runId, error, waitingCall } = event
  const which = outcome === 'abandoned' ? `, run ${runId}` : ''
  return `Task '${task}' ${outcomeText(outcome, info)} after ${formatMs(durationMs)}${which}${because(error)}${waitingWords(waitingCall)}${handoverWords(event)}`
}

export function takeoverText(
  { task, instanceId, attempt, scheduledAt }: EventOf<'run.lost' | 'run.handed-over'>,
  what: string,
  afterMs: number,
): string {
  return `Task '${task}': process ${instanceId} ${what} during attempt ${attempt}${ofSlot(scheduledAt)}, ${formatMs(afterMs)} after its start; this process makes a new attempt`
}

type Newer = NonNullable<EventOf<'task.overruled'>['overruledBy']>

/** @param ownSchedule - the schedule in this process */
export function newerText({ instanceId, version, schedule }: Newer, ownSchedule: string): string {
  const of = version === undefined ? '' : ` of version ${version}`
  const what = schedule === ownSchedule ? 'with other options' : `with the schedule ${schedule}`
  return `${instanceId}${of} has a newer definition, ${what}`
}

const maxNamed = 5

/** @param sharedIn - the processes in which the task has scope `service` */
export function otherScopeText(sharedIn: readonly string[]): string {
  const more = sharedIn.length > maxNamed ? ` and ${sharedIn.length - maxNamed} more` : ''
  const processes = sharedIn.slice(0, maxNamed).join(', ') + more
  return `It has scope 'instance' in this process, but scope 'service' in ${processes}. So it runs in the fleet, and also in this process. Give it the same scope in all processes.`
}
