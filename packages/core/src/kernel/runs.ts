import type { AbortCause } from '../base/errors.ts'
import type { ControlResult, Outcome, RefusalReason, RestartCause, SkipReason } from '../base/words.ts'
import { delayMs } from '../restart/delay.ts'
import { newLedger, type RestartLedger, recordRestart } from '../restart/ledger.ts'
import { hashToUnit } from '../schedule/jitter.ts'
import type { KernelEvent } from './event.ts'
import { hold } from './held-slot.ts'
import { isHostUp } from './host.ts'
import type { KernelTask, RunRequest, RunState } from './state.ts'
import { addRun, isStuck, liveRuns, removeRun, runsOf } from './state.ts'
import type { Step } from './step-state.ts'
import { cancelWake, isQuiet, setRunTimer, setTaskTimer } from './step-state.ts'
import { taskKinds } from './task-kinds.ts'

type Settled = Omit<Extract<KernelEvent, { type: 'settled' }>, 'type' | 'task' | 'run'>

export function ledgerOf(task: KernelTask): RestartLedger {
  task.ledger ??= newLedger()
  return task.ledger
}

export function request(step: Step, task: KernelTask, request: RunRequest): void {
  const reason = refusal(step, task)
  if (reason !== undefined) return refuse(step, task, request, reason)
  const { overlap, limit } = task.config
  if (liveRuns(task) < limit) return begin(step, task, request)
  if (overlap === 'skip' || overlap === 'parallel') return refuse(step, task, request, 'overlap')
  if (overlap === 'cancel-previous') {
    refuseBacklog(step, task, 'replaced') // an older waiting slot must not run after this request
    for (const run of runsOf(task)) abort(step, task, run, 'replaced')
  }
  queue(step, task, request)
}

/** Returns why no run of `task` may start now, or `undefined`. Does not check `overlap` and `enabled`. */
export function refusal(step: Step, task: KernelTask): RefusalReason | undefined {
  if (task.removed) return 'unregistered'
  if (isQuiet(step) && !isHostUp(task)) return 'stopping'
  if (task.mode === 'finished' || task.mode === 'stopped') return 'finished'
  if (task.mode === 'failed') return 'failed'
  if (task.paused) return 'paused'
  if (isStuck(task)) return 'stuck'
  return undefined
}

export function queue(step: Step, task: KernelTask, request: RunRequest): void {
  const older = task.queued
  task.queued = request
  if (older) refuse(step, task, older, 'replaced')
}

const skips: ReadonlySet<ControlResult> = new Set<SkipReason & RefusalReason>([
  'overlap',
  'replaced',
  'paused',
  'standby',
  'parked',
  'stuck',
  'stopping',
])

export function refuse(
  step: Step,
  task: KernelTask,
  { slot, requestId }: Pick<RunRequest, 'slot' | 'requestId'>,
  reason: RefusalReason,
): void {
  const { effects } = step
  if (
    slot !== undefined &&
    reason !== 'stopping' &&
    isSkip(reason) &&
    taskKinds[task.config.planning].holdsSlot
  )
    hold(step, task, slot)
  else if (isSkip(reason)) effects.push({ do: 'skip', task, reason, count: 1, atLeast: false, slot })
  else if (slot !== undefined)
    effects.push({ do: 'skip', task, reason: 'stopping', count: 1, atLeast: false, slot })
  if (requestId !== 0) effects.push({ do: 'refuse', task, requestId, reason })
}

export function isSkip(reason: ControlResult): reason is SkipReason & RefusalReason {
  return skips.has(reason)
}

export function refuseWaiting(step: Step, task: KernelTask, reason: RefusalReason): void {
  const { queued } = task
  task.queued = undefined
  if (queued) refuse(step, task, queued, reason)
  refuseBacklog(step, task, reason)
}

/** Refuses only waiting slots. A waiting manual request keeps waiting. */
export function refuseSlots(step: Step, task: KernelTask, reason: RefusalReason): void {
  const { queued } = task
  if (queued?.slot !== undefined) {
    task.queued = undefined
    refuse(step, task, queued, reason)
  }
  refuseBacklog(step, task, reason)
}

function refuseBacklog(step: Step, task: KernelTask, reason: RefusalReason): void {
  const { backlog } = task
  task.backlog = undefined
  for (const slot of backlog ?? []) refuse(step, task, { slot, requestId: 0 }, reason)
}

/** `attempt` is higher than 1 if a process of the fleet has already started this run and did not finish it. */
export function begin(step: Step, task: KernelTask, request: RunRequest, attempt = 1): void {
  const { state, now, effects } = step
  const trial = task.mode === 'parked'
  if (request.trigger === 'restart' && task.mode !== 'armed') {
    recordRestart(task.config.restart, ledgerOf(task), now.mono)
  }
  if (task.mode !== 'registered') task.mode = 'armed'
  cancelWake(step, task)
  setTaskTimer(step, task)
  task.generation += 1
  const run: RunState = {
    id: state.nextRunId,
    trigger: request.trigger,
    slot: request.slot,
    generation: task.generation,
    trial,
    startedAt: now.mono,
    attempt,
    firstAttempt: attempt,
    phase: 'running',
    phaseEndsAt: Number.POSITIVE_INFINITY,
    ranMs: undefined,
    abortedFor: undefined,
    restartCause: undefined,
    askedStop: false,
    isReady: false,
    outdated: false,
    shell: undefined,
  }
  state.nextRunId += 1
  addRun(task, run)
  effects.push({ do: 'call', task, run, requestId: request.requestId })
  setRunTimer(step, task, run, now.mono + task.config.timeoutMs)
}

/**
 * Does nothing if the run is already aborting or abandoned.
 * @param until - monotonic time at which the run is abandoned if it has not ended; by default after `abortGraceMs`,
 * and never for an external task
 */
export function abort(
  step: Step,
  task: KernelTask,
  run: RunState,
  cause: AbortCause,
  until: number = graceEnd(step, task),
  restart?: RestartCause,
): void {
  if (run.phase === 'aborting' || run.phase === 'abandoned') return
  const isBetweenAttempts = run.phase === 'waiting-retry'
  run.phase = 'aborting'
  run.abortedFor = cause
  run.restartCause = restart
  step.effects.push({ do: 'abort', task, run, until })
  if (isBetweenAttempts) return end(step, task, run, 'cancelled', causeOf(run, false), undefined)
  setRunTimer(step, task, run, until)
}

/** A run of an external task gets unlimited time to end after its abort, except during a stop. */
function graceEnd(step: Step, task: KernelTask): number {
  const { canAbort } = taskKinds[task.config.planning]
  return canAbort ? step.now.mono + task.config.abortGraceMs : Number.POSITIVE_INFINITY
}

export function onRunDue(step: Step, task: KernelTask, run: RunState): void {
  if (step.now.mono < run.phaseEndsAt) {
    step.effects.push({ do: 'arm', task, run, at: run.phaseEndsAt })
    return
  }
  // The timer has fired. `NaN` differs from every time, so `setRunTimer` sets the timer again in any case.
  run.phaseEndsAt = Number.NaN
  if (run.phase === 'running') return abort(step, task, run, 'timeout')
  if (run.phase === 'aborting') return abandon(step, task, run)
  attempt(step, task, run) // the phase is `waiting-retry`: an abandoned run has no timer
}

function attempt(step: Step, task: KernelTask, run: RunState): void {
  run.phase = 'running'
  run.attempt += 1
  step.effects.push({ do: 'call', task, run, requestId: 0 })
  setRunTimer(step, task, run, step.now.mono + task.config.timeoutMs)
}

export function onSettled(step: Step, task: KernelTask, run: RunState, settled: Settled): void {
  const { ok, predicateSaid, mayRetry = true } = settled
  if (run.phase === 'abandoned') return onSettledLate(step, task, run, predicateSaid)
  if (run.phase === 'waiting-retry') return
  const outcome = outcomeOf(task, run, settled)
  const cause = causeOf(run, ok)
  if ((outcome === 'failed' || outcome === 'timed-out') && mayRetry && retry(step, task, run)) return
  end(step, task, run, outcome, cause, predicateSaid)
}

function outcomeOf(task: KernelTask, run: RunState, { ok, hadSignal }: Settled): Outcome {
  if (run.phase === 'aborting') {
    if (taskKinds[task.config.planning].canAbort)
      return run.abortedFor === 'timeout' ? 'timed-out' : 'cancelled'
    if (hadSignal === true && !ok) return 'cancelled'
  }
  return ok ? 'succeeded' : 'failed'
}

function causeOf(run: RunState, ok: boolean): RestartCause {
  if (run.abortedFor === 'timeout') return 'timed-out'
  if (run.restartCause) return run.restartCause
  return ok ? 'returned' : 'threw'
}

function retry(step: Step, task: KernelTask, run: RunState): boolean {
  const { retry: policy } = task.config
  const { state, now, effects } = step
  if (policy === undefined || run.attempt - run.firstAttempt >= policy.times) return false
  if (refusal(step, task) !== undefined || state.phase === 'draining') return false
  const wait = delayMs(
    policy.backoff,
    run.attempt - 1,
    hashToUnit(state.seed, task.name, run.id, run.attempt),
  )
  if (now.mono + wait >= task.slotDueAt) return false
  run.phase = 'waiting-retry'
  run.abortedFor = undefined
  effects.push({ do: 'retry', task, run, delayMs: wait })
  setRunTimer(step, task, run, now.mono + wait)
  return true
}

function end(
  step: Step,
  task: KernelTask,
  run: RunState,
  outcome: Outcome,
  cause: RestartCause,
  predicateSaid: boolean | undefined,
): void {
  setRunTimer(step, task, run, Number.POSITIVE_INFINITY)
  removeRun(task, run)
  step.effects.push({ do: 'ended', task, run, outcome })
  step.ended.push({ task, run, succeeded: outcome === 'succeeded', cause, predicateSaid })
}

function abandon(step: Step, task: KernelTask, run: RunState): void {
  run.phase = 'abandoned'
  run.phaseEndsAt = Number.POSITIVE_INFINITY
  run.ranMs = step.now.mono - run.startedAt
  task.abandoned += 1
  step.effects.push({ do: 'ended', task, run, outcome: 'abandoned', queued: task.queued })
  if (isStuck(task) && !task.removed && !isQuiet(step)) {
    step.effects.push({ do: 'stuck', task, run })
    return refuseWaiting(step, task, 'stuck')
  }
  step.ended.push({
    task,
    run,
    succeeded: false,
    cause: run.restartCause ?? 'stuck',
    predicateSaid: undefined,
  })
}

function onSettledLate(
  step: Step,
  task: KernelTask,
  run: RunState,
  predicateSaid: boolean | undefined,
): void {
  const wasStuck = isStuck(task)
  removeRun(task, run)
  task.abandoned -= 1
  step.effects.push({ do: 'settled-late', task, run })
  if (task.removed && task.abandoned === 0 && liveRuns(task) === 0) step.state.tasks.delete(task.name)
  if (!wasStuck || isStuck(task) || task.removed) return
  if (isQuiet(step)) return
  step.ended.push({ task, run, succeeded: false, cause: run.restartCause ?? 'stuck', predicateSaid })
}
