import type { AbortCause } from '../base/errors.ts'
import type { Outcome, RefusalReason, RestartCause, SkipReason } from '../base/words.ts'
import { delayMs } from '../restart/backoff.ts'
import type { RestartLedger } from '../restart/ledger.ts'
import { newLedger, recordRestart } from '../restart/ledger.ts'
import { share } from '../schedule/jitter.ts'
import type { Moment } from './moment.ts'
import { armRun, armTask, cancelWake, isQuiet } from './moment.ts'
import type { RunRequest, RunState, TaskState } from './state.ts'
import { addRun, isStuck, liveRuns, removeRun, runsOf } from './state.ts'

/** The ledger of a task's restarts; made when first needed. */
export function ledgerOf(task: TaskState): RestartLedger {
  task.ledger ??= newLedger()
  return task.ledger
}

/** Begins a run if nothing forbids it and overlap allows it; else it waits or is skipped. */
export function request(m: Moment, task: TaskState, wish: RunRequest): void {
  const reason = refusal(m, task)
  if (reason !== undefined) return refuse(m, task, wish, reason)
  const { overlap, limit } = task.config
  if (liveRuns(task) < limit) return begin(m, task, wish)
  if (overlap === 'skip' || overlap === 'parallel') return refuse(m, task, wish, 'overlap')
  if (overlap === 'cancel-previous') {
    refuseBacklog(m, task, 'replaced') // else an older slot would have its turn after this one
    for (const run of runsOf(task)) abort(m, task, run, 'replaced')
  }
  // A run that waited for its retry has ended by now; what waits begins when the consequences of that are drawn.
  queue(m, task, wish)
}

/** Why no run of `task` may begin now, whatever overlap says. */
function refusal(m: Moment, task: TaskState): RefusalReason | undefined {
  if (task.removed) return 'unregistered'
  if (isQuiet(m)) return 'stopping'
  if (task.mode === 'finished' || task.mode === 'stopped') return 'finished'
  if (task.mode === 'failed') return 'failed'
  if (task.paused) return 'paused'
  if (isStuck(task)) return 'stuck'
  return undefined
}

/** Lets `wish` wait in the one place there is; the older one gives way. */
export function queue(m: Moment, task: TaskState, wish: RunRequest): void {
  const older = task.queued
  task.queued = wish
  if (older) refuse(m, task, older, 'replaced')
}

const skips: ReadonlySet<RefusalReason> = new Set<SkipReason>([
  'overlap',
  'replaced',
  'paused',
  'standby',
  'parked',
  'stuck',
  'stopping',
])

/** Answers a wish that gets no run, and counts its slot as skipped. */
export function refuse(
  { out }: Moment,
  task: TaskState,
  { slot, ticket }: Pick<RunRequest, 'slot' | 'ticket'>,
  reason: RefusalReason,
): void {
  if (isSkip(reason)) out.push({ do: 'skip', task, reason, count: 1, atLeast: false, slot })
  else if (slot !== undefined)
    out.push({ do: 'skip', task, reason: 'stopping', count: 1, atLeast: false, slot })
  if (ticket !== 0) out.push({ do: 'refuse', task, ticket, reason })
}

function isSkip(reason: RefusalReason): reason is SkipReason {
  return skips.has(reason)
}

/** Answers everything that waits for a run to end; nothing waits then. */
export function refuseWaiting(m: Moment, task: TaskState, reason: RefusalReason): void {
  const { queued } = task
  task.queued = undefined
  if (queued) refuse(m, task, queued, reason)
  refuseBacklog(m, task, reason)
}

/** Answers the slots that wait for a run to end; a run asked for by hand goes on waiting. */
export function refuseSlots(m: Moment, task: TaskState, reason: RefusalReason): void {
  const { queued } = task
  if (queued?.slot !== undefined) {
    task.queued = undefined
    refuse(m, task, queued, reason)
  }
  refuseBacklog(m, task, reason)
}

function refuseBacklog(m: Moment, task: TaskState, reason: RefusalReason): void {
  const { backlog } = task
  task.backlog = undefined
  for (const slot of backlog ?? []) refuse(m, task, { slot, ticket: 0 }, reason)
}

/** Starts a run. */
export function begin(m: Moment, task: TaskState, wish: RunRequest): void {
  const { state, now, out } = m
  const trial = task.mode === 'parked'
  if (wish.trigger === 'restart' && task.mode !== 'armed') {
    recordRestart(task.config.restart, ledgerOf(task), now.mono)
  }
  if (task.mode !== 'registered') task.mode = 'armed'
  cancelWake(m, task)
  armTask(m, task)
  task.generation += 1
  const run: RunState = {
    id: state.nextRunId,
    trigger: wish.trigger,
    slot: wish.slot,
    generation: task.generation,
    trial,
    startedAt: now.mono,
    attempt: 1,
    phase: 'running',
    phaseEndsAt: Number.POSITIVE_INFINITY,
    ranMs: undefined,
    abortedFor: undefined,
    restartCause: undefined,
    askedStop: false,
    isReady: false,
    shell: undefined,
  }
  state.nextRunId += 1
  addRun(task, run)
  out.push({ do: 'call', task, run, ticket: wish.ticket })
  armRun(m, task, run, now.mono + task.config.timeoutMs)
}

/**
 * Tells a live run to end. Does nothing to one that has been told already.
 *
 * @param until - monotonic; after it the run is abandoned. By default its own grace from now.
 */
export function abort(
  m: Moment,
  task: TaskState,
  run: RunState,
  cause: AbortCause,
  until: number = m.now.mono + task.config.abortGraceMs,
  restart?: RestartCause,
): void {
  if (run.phase === 'aborting' || run.phase === 'abandoned') return
  const isBetweenAttempts = run.phase === 'waiting-retry'
  run.phase = 'aborting'
  run.abortedFor = cause
  run.restartCause = restart
  m.out.push({ do: 'abort', task, run, until })
  if (isBetweenAttempts) return end(m, task, run, 'cancelled', causeOf(run, false), undefined)
  armRun(m, task, run, until)
}

/** The time of the phase of a run is over. */
export function onRunDue(m: Moment, task: TaskState, run: RunState): void {
  if (m.now.mono < run.phaseEndsAt) {
    m.out.push({ do: 'arm', task, run, at: run.phaseEndsAt })
    return
  }
  run.phaseEndsAt = Number.NaN // its alarm has gone off: whatever follows, even at this instant, is armed anew
  if (run.phase === 'running') return abort(m, task, run, 'timeout')
  if (run.phase === 'aborting') return abandon(m, task, run)
  attempt(m, task, run) // an abandoned run has no time, and got no further than the first line
}

function attempt(m: Moment, task: TaskState, run: RunState): void {
  run.phase = 'running'
  run.attempt += 1
  m.out.push({ do: 'call', task, run, ticket: 0 })
  armRun(m, task, run, m.now.mono + task.config.timeoutMs)
}

/** The function of a run has ended, one way or another. */
export function onSettled(
  m: Moment,
  task: TaskState,
  run: RunState,
  ok: boolean,
  wanted: boolean | undefined,
): void {
  if (run.phase === 'abandoned') return onSettledLate(m, task, run, wanted)
  if (run.phase === 'waiting-retry') return
  const outcome = outcomeOf(task, run, ok)
  const cause = causeOf(run, ok)
  if ((outcome === 'failed' || outcome === 'timed-out') && retry(m, task, run)) return
  end(m, task, run, outcome, cause, wanted)
}

/** By what we asked for, never by the name of what was thrown. A call by somebody else can't be asked for anything. */
function outcomeOf(task: TaskState, run: RunState, ok: boolean): Outcome {
  if (run.phase === 'aborting' && task.config.kind !== 'call')
    return run.abortedFor === 'timeout' ? 'timed-out' : 'cancelled'
  return ok ? 'succeeded' : 'failed'
}

function causeOf(run: RunState, ok: boolean): RestartCause {
  if (run.abortedFor === 'timeout') return 'timed-out'
  if (run.restartCause) return run.restartCause
  return ok ? 'returned' : 'threw'
}

/** Plans the next attempt, if there is one left and it fits in before the next slot. */
function retry(m: Moment, task: TaskState, run: RunState): boolean {
  const { retry: policy } = task.config
  const { state, now, out } = m
  if (policy === undefined || run.attempt > policy.times) return false
  if (refusal(m, task) !== undefined || state.phase === 'draining') return false
  const wait = delayMs(policy.backoff, run.attempt - 1, share(state.seed, task.name, run.id, run.attempt))
  if (now.mono + wait >= task.slotDueAt) return false
  run.phase = 'waiting-retry'
  run.abortedFor = undefined
  out.push({ do: 'retry', task, run, delayMs: wait })
  armRun(m, task, run, now.mono + wait)
  return true
}

/** Gives a run its outcome. */
function end(
  m: Moment,
  task: TaskState,
  run: RunState,
  outcome: Outcome,
  cause: RestartCause,
  wanted: boolean | undefined,
): void {
  armRun(m, task, run, Number.POSITIVE_INFINITY)
  removeRun(task, run)
  m.out.push({ do: 'ended', task, run, outcome })
  m.ended.push({ task, run, succeeded: outcome === 'succeeded', cause, wanted })
}

/** A run ignores its abort: it gets its outcome and lives on, and blocks the next unless it is allowed for. */
function abandon(m: Moment, task: TaskState, run: RunState): void {
  run.phase = 'abandoned'
  run.phaseEndsAt = Number.POSITIVE_INFINITY
  run.ranMs = m.now.mono - run.startedAt
  task.abandoned += 1
  m.out.push({ do: 'ended', task, run, outcome: 'abandoned' })
  if (isStuck(task) && !task.removed && !isQuiet(m)) {
    m.out.push({ do: 'stuck', task, run })
    return refuseWaiting(m, task, 'stuck')
  }
  m.ended.push({ task, run, succeeded: false, cause: run.restartCause ?? 'stuck', wanted: undefined })
}

function onSettledLate(m: Moment, task: TaskState, run: RunState, wanted: boolean | undefined): void {
  const wasStuck = isStuck(task)
  removeRun(task, run)
  task.abandoned -= 1
  m.out.push({ do: 'settled-late', task, run })
  if (task.removed && task.abandoned === 0 && liveRuns(task) === 0) m.state.tasks.delete(task.name)
  if (!wasStuck || isStuck(task) || task.removed) return
  if (isQuiet(m)) return
  m.ended.push({ task, run, succeeded: false, cause: run.restartCause ?? 'stuck', wanted })
}
