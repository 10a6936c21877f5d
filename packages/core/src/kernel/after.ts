import type { RestartDecision, RestartEnd } from '../restart/decide.ts'
import { decideRestart } from '../restart/decide.ts'
import { exhaustions } from '../restart/exhaustion.ts'
import type { GiveUpMode } from '../restart/policy.ts'
import { spaceRestart } from '../restart/spacing.ts'
import { hashToUnit } from '../schedule/jitter.ts'
import { release } from './held-slot.ts'
import { begin, ledgerOf, refuseWaiting } from './runs.ts'
import type { KernelTask } from './state.ts'
import { isStuck, isTrial, liveRuns } from './state.ts'
import type { RunEnd, Step } from './step-state.ts'
import { isQuiet, setTaskTimer } from './step-state.ts'
import { advanceStop } from './stop.ts'
import { taskKinds } from './task-kinds.ts'
import { forget } from './unregister.ts'

export function afterEnd(step: Step, end: RunEnd): void {
  const { task, run } = end
  if (onRunGone(step, end)) return
  const { finishesOnSuccess, restarts, plansAfterRun } = taskKinds[task.config.planning]
  if (finishesOnSuccess && !run.outdated && end.succeeded && (run.trigger === 'schedule' || isSlotOver(task)))
    return finish(step, task)
  if (task.paused) return
  beginWaiting(step, task)
  release(step, task)
  if (restarts) return afterLoop(step, end)
  if (plansAfterRun) planDelay(step, task)
}

function isSlotOver(task: KernelTask): boolean {
  if (task.mode === 'registered' || task.held || task.slotDueAt < Number.POSITIVE_INFINITY) return false
  return task.queued?.slot === undefined && liveRuns(task) === 0
}

/** Returns true if the kernel must start no further run of the task. */
function onRunGone(step: Step, end: RunEnd): boolean {
  const { task } = end
  // If several runs of the task end in one step, only the last of these runs may remove the task.
  const isLast = task.removed && liveRuns(task) === 0 && step.ended.at(-1) === end
  if (isLast) forget(step, task)
  advanceStop(step)
  return task.removed || isQuiet(step)
}

export function planDelay(step: Step, task: KernelTask): void {
  if (task.mode === 'registered' || liveRuns(task) > 0) return
  task.slot = undefined
  task.slotDueAt = Number.POSITIVE_INFINITY
  setTaskTimer(step, task)
  step.effects.push({ do: 'plan', task })
}

function finish(step: Step, task: KernelTask): void {
  task.mode = 'finished'
  task.slotDueAt = Number.POSITIVE_INFINITY
  setTaskTimer(step, task)
  refuseWaiting(step, task, 'finished')
  step.effects.push({ do: 'task-stopped', task, reason: 'finished' })
}

/** A waiting manual request starts before all waiting slots. */
function beginWaiting(step: Step, task: KernelTask): void {
  const { queued, backlog } = task
  const oldest = backlog?.[0]
  const isNewer = oldest !== undefined && queued?.slot !== undefined && queued.slot > oldest
  if (!queued || isNewer) {
    beginOldest(step, task)
    return
  }
  task.queued = undefined
  begin(step, task, queued) // the limit of active runs is not checked: a run of this task has just ended
}

export function beginOldest(step: Step, task: KernelTask): boolean {
  if (liveRuns(task) >= task.config.limit) return false
  const slot = task.backlog?.shift()
  if (slot === undefined) return false
  begin(step, task, { trigger: 'schedule', slot, requestId: 0 })
  return true
}

function afterLoop(step: Step, end: RunEnd): void {
  const { state, now, effects } = step
  const { task, run } = end
  if (liveRuns(task) > 0 || isStuck(task)) return
  if (task.mode === 'registered') return // `start()` of the supervisor starts this loop later
  if (run.abortedFor === 'paused' || task.generation === 0) {
    // This start does not use the restart budget. With generation 0, an earlier task of the same name started the run
    // that has ended.
    return begin(step, task, { trigger: 'startup', slot: undefined, requestId: 0 })
  }
  const ledger = ledgerOf(task)
  const ended: RestartEnd = {
    cause: end.cause,
    ranMs: run.ranMs ?? now.mono - run.startedAt,
    now: now.mono,
    jitterUnit: hashToUnit(state.seed, task.name, ledger.total + ledger.streak),
    predicateSaid: end.predicateSaid,
    trial: isTrial(task, run),
  }
  const decision = decideRestart(task.config.restart, ledger, ended)
  if (decision.kind === 'restart') return scheduleRestart(step, end, decision)
  if (decision.kind === 'park') return park(step, end, decision.trialAt)
  if (decision.kind === 'finish') {
    task.mode = 'finished'
    effects.push({ do: 'task-stopped', task, reason: 'finished' })
    return
  }
  giveUp(step, end, decision.how)
}

function scheduleRestart(
  step: Step,
  { task, cause }: RunEnd,
  { dueAt, streak }: Extract<RestartDecision, { kind: 'restart' }>,
): void {
  const { state, now } = step
  const spacedAt = spaceRestart(state.restartTimes, dueAt, now.mono)
  task.mode = 'backing-off'
  task.wakeAt = spacedAt
  step.effects.push({
    do: 'restart-scheduled',
    task,
    cause,
    delayMs: spacedAt - now.mono,
    spacedMs: spacedAt - dueAt,
    streak,
  })
  setTaskTimer(step, task)
}

function park(step: Step, { task, cause }: RunEnd, trialAt: number): void {
  task.mode = 'parked'
  task.wakeAt = spaceRestart(step.state.restartTimes, trialAt, step.now.mono)
  step.effects.push({ do: 'parked', task, cause })
  setTaskTimer(step, task)
}

function giveUp({ effects }: Step, { task, cause }: RunEnd, how: GiveUpMode): void {
  task.mode = exhaustions[how].state
  effects.push({ do: 'gave-up', task, cause, how })
  if (task.mode === 'stopped') effects.push({ do: 'task-stopped', task, reason: 'gave-up' })
}
