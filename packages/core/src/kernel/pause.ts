import { planDelay } from './after.ts'
import { disarm } from './disarm.ts'
import type { KernelEvent } from './event.ts'
import { release } from './held-slot.ts'
import { abort, request } from './runs.ts'
import type { KernelTask } from './state.ts'
import { isOver, liveRuns, runsOf } from './state.ts'
import type { Step } from './step-state.ts'
import { isQuiet, setTaskTimer } from './step-state.ts'
import { taskKinds } from './task-kinds.ts'

/** A pause aborts the runs of a loop. Runs of other tasks continue, but a run that then fails is not retried. */
export function pause(
  step: Step,
  task: KernelTask,
  { reason, until = Number.POSITIVE_INFINITY, asked }: Extract<KernelEvent, { type: 'pause' }>,
): void {
  if (task.removed || isOver(task)) return
  const wasPaused = task.paused
  const end = isQuiet(step) ? Number.POSITIVE_INFINITY : until // while the supervisor stops, no timer ends a pause
  const again = wasPaused && task.pausedUntil === end
  if (again && reason === undefined) return
  task.paused = true
  task.pausedUntil = end
  step.effects.push({ do: 'paused', task, again, reason, by: asked?.by })
  if (wasPaused) return setTaskTimer(step, task)
  disarm(step, task, 'paused')
  if (task.mode === 'backing-off' || task.mode === 'parked') task.mode = 'armed'
  if (!taskKinds[task.config.planning].restarts) return
  for (const run of runsOf(task)) abort(step, task, run, 'paused')
}

export function resume(step: Step, task: KernelTask, cause: 'asked' | 'until'): void {
  if (!task.paused) return
  task.paused = false
  task.pausedUntil = Number.POSITIVE_INFINITY
  step.effects.push({ do: 'resumed', task, cause })
  setTaskTimer(step, task)
  if (isOver(task) || task.mode === 'registered') return
  resetBackoff(task)
  release(step, task)
  if (liveRuns(task) > 0) return // a loop starts when its aborted run has ended
  const { restarts, plansAfterRun } = taskKinds[task.config.planning]
  if (restarts) return request(step, task, { trigger: 'startup', slot: undefined, requestId: 0 })
  if (plansAfterRun && task.slotDueAt === Number.POSITIVE_INFINITY) planDelay(step, task)
}

/** Resets the backoff and the park interval. Earlier restarts still count towards the restart budget. */
export function resetBackoff(task: KernelTask): void {
  if (task.ledger === undefined) return
  task.ledger.streak = 0
  task.ledger.parks = 0
}
