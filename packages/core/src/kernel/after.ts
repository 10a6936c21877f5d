import type { RestartEnd } from '../restart/decide.ts'
import { decideRestart } from '../restart/decide.ts'
import { spaceRestart } from '../restart/spacing.ts'
import { hashToUnit } from '../schedule/jitter.ts'
import { begin, ledgerOf, refuseWaiting } from './runs.ts'
import type { KernelTask } from './state.ts'
import { isStuck, liveRuns } from './state.ts'
import type { RunEnd, Step } from './step-state.ts'
import { armTask, isQuiet } from './step-state.ts'
import { advanceStop } from './stop.ts'
import { forget } from './unregister.ts'

/** What follows the end of a run: the one that waits, the next attempt of a loop, the next slot, or nothing. */
export function afterEnd(step: Step, end: RunEnd): void {
  const { task, run } = end
  if (onRunGone(step, end)) return
  const { kind } = task.config
  if (kind === 'once' && end.succeeded && (run.trigger !== 'manual' || isSlotOver(task)))
    return finish(step, task)
  if (task.paused) return
  beginWaiting(step, task)
  if (kind === 'loop') return afterLoop(step, end)
  if (kind === 'delay') planDelay(step, task)
}

/** Whether the one slot of a task that runs once is past, and no run of it is still to end. */
function isSlotOver(task: KernelTask): boolean {
  if (task.mode === 'registered' || task.slotDueAt < Number.POSITIVE_INFINITY) return false
  return task.queued?.slot === undefined && liveRuns(task) === 0
}

/** Whether the end of a run only brings the end of its task, or of the supervisor, nearer. */
function onRunGone(step: Step, end: RunEnd): boolean {
  const { task } = end
  // Several of its runs may have ended at once, when it was told to leave; it is gone with the last.
  const isLast = task.removed && liveRuns(task) === 0 && step.ended.at(-1) === end
  if (isLast) forget(step, task)
  advanceStop(step)
  return task.removed || isQuiet(step)
}

/** A fixed delay counts from the end of the last run. */
export function planDelay(step: Step, task: KernelTask): void {
  if (task.mode === 'registered' || liveRuns(task) > 0) return
  task.slot = undefined
  task.slotDueAt = Number.POSITIVE_INFINITY
  armTask(step, task)
  step.effects.push({ do: 'plan', task })
}

function finish(step: Step, task: KernelTask): void {
  task.mode = 'finished'
  task.slotDueAt = Number.POSITIVE_INFINITY
  armTask(step, task)
  refuseWaiting(step, task, 'finished')
  step.effects.push({ do: 'task-stopped', task, reason: 'finished' })
}

/** Begins what waited for a run to end: who has no slot, else the oldest slot. Nothing waits for a task that is stuck. */
function beginWaiting(step: Step, task: KernelTask): void {
  const { queued, backlog } = task
  const oldest = backlog?.[0]
  const isNewer = oldest !== undefined && queued?.slot !== undefined && queued.slot > oldest
  if (!queued || isNewer) {
    beginOldest(step, task)
    return
  }
  task.queued = undefined
  begin(step, task, queued) // there is room: a run has just ended
}

/** Begins the oldest of the missed slots that wait, if overlap has room for it. */
export function beginOldest(step: Step, task: KernelTask): boolean {
  if (liveRuns(task) >= task.config.limit) return false
  const slot = task.backlog?.shift()
  if (slot === undefined) return false
  begin(step, task, { trigger: 'schedule', slot, requestId: 0 })
  return true
}

/** Decides whether and when a loop that ended starts again. */
function afterLoop(step: Step, end: RunEnd): void {
  const { state, now, effects } = step
  const { task, run } = end
  if (liveRuns(task) > 0 || isStuck(task)) return
  if (task.mode === 'registered') return // a run by hand before the start, which begins the loop
  if (run.abortedFor === 'paused' || task.generation === 0) {
    // It was resumed before it had ended; or the run is left from an earlier task of this name.
    return begin(step, task, { trigger: 'startup', slot: undefined, requestId: 0 })
  }
  const ledger = ledgerOf(task)
  const ended: RestartEnd = {
    cause: end.cause,
    ranMs: run.ranMs ?? now.mono - run.startedAt,
    now: now.mono,
    jitterUnit: hashToUnit(state.seed, task.name, ledger.total + ledger.streak),
    predicateSaid: end.predicateSaid,
    trial: run.trial,
  }
  const decision = decideRestart(task.config.restart, ledger, ended)
  if (decision.kind === 'restart') {
    const dueAt = spaceRestart(state.restartTimes, decision.dueAt, now.mono)
    task.mode = 'backing-off'
    task.wakeAt = dueAt
    const spacedMs = dueAt - decision.dueAt
    effects.push({
      do: 'restart-scheduled',
      task,
      cause: end.cause,
      delayMs: dueAt - now.mono,
      spacedMs,
      streak: decision.streak,
    })
    return armTask(step, task)
  }
  if (decision.kind === 'park') {
    task.mode = 'parked'
    task.wakeAt = spaceRestart(state.restartTimes, decision.trialAt, now.mono)
    effects.push({ do: 'parked', task, cause: end.cause })
    return armTask(step, task)
  }
  if (decision.kind === 'finish') {
    task.mode = 'finished'
    effects.push({ do: 'task-stopped', task, reason: 'finished' })
    return
  }
  task.mode = decision.kind === 'escalate' ? 'failed' : 'stopped'
  effects.push({ do: 'gave-up', task, cause: end.cause, how: decision.kind })
  if (decision.kind === 'stop') effects.push({ do: 'task-stopped', task, reason: 'gave-up' })
}
