import type { RestartRefusal } from '../base/words.ts'
import { modeTable } from '../restart/mode-table.ts'
import type { KernelEvent } from './event.ts'
import { dropHeld } from './held-slot.ts'
import { dropOpen } from './host-slots.ts'
import { resetBackoff } from './pause.ts'
import { abort, begin, queue, refuseSlots, request } from './runs.ts'
import { decideBeforeReschedule } from './slots.ts'
import type { KernelTask } from './state.ts'
import { findRun, isOver, isStuck, liveRuns, outdateRuns, runsOf } from './state.ts'
import type { Step } from './step-state.ts'
import { cancelWake, setTaskTimer } from './step-state.ts'
import { taskKinds } from './task-kinds.ts'

export function arm(step: Step, task: KernelTask): void {
  if (task.removed) return
  task.mode = 'armed'
  step.effects.push({ do: 'task-started', task })
  const { restarts, plansSlots } = taskKinds[task.config.planning]
  if (restarts) {
    if (liveRuns(task) > 0 || task.paused) return
    return request(step, task, { trigger: 'startup', slot: undefined, requestId: 0 })
  }
  if (plansSlots) step.effects.push({ do: 'plan', task })
}

export function reschedule(
  step: Step,
  task: KernelTask,
  { config, slots, passed, lastSlot }: Extract<KernelEvent, { type: 'reschedule' }>,
): void {
  if (task.removed) return
  decideBeforeReschedule(step, task, { slots, passed })
  refuseSlots(step, task, 'replaced')
  dropHeld(step, task, 'replaced')
  dropOpen(step, task, 'replaced')
  outdateRuns(task)
  task.config = config
  task.slot = undefined
  task.slotDueAt = Number.POSITIVE_INFINITY
  if (lastSlot !== undefined) task.lastSlot = lastSlot
  task.standby = false
  if (task.mode === 'finished') task.mode = 'armed'
  setTaskTimer(step, task)
  step.effects.push({ do: 'rescheduled', task })
  const { plansSlots, plansAfterRun } = taskKinds[config.planning]
  const plansNow = plansSlots && (!plansAfterRun || liveRuns(task) === 0)
  if (plansNow && task.mode !== 'registered') step.effects.push({ do: 'plan', task })
}

type Restart = Pick<Extract<KernelEvent, { type: 'restart' }>, 'cause' | 'requestId' | 'progress'> & {
  readonly run?: number | undefined
}

export function restart(step: Step, task: KernelTask, asked: Restart): void {
  const { cause, requestId } = asked
  const reason = restartRefusal(step, task, asked)
  if (reason) {
    step.effects.push({ do: 'restart-refused', task, cause, reason, requestId })
    return
  }
  step.effects.push({ do: 'restart-accepted', task, cause, requestId })
  if (cause === 'manual') {
    resetBackoff(task)
    task.mode = 'armed'
    cancelWake(step, task)
    setTaskTimer(step, task)
  }
  const next = {
    trigger: 'restart',
    slot: undefined,
    requestId: cause === 'manual' ? requestId : 0,
  } as const
  if (liveRuns(task) === 0) return begin(step, task, next)
  // A restart by a health rule queues no run. A loop starts again within its budget. Other tasks wait for their next
  // slot or trigger.
  if (cause === 'manual') queue(step, task, next)
  for (const run of runsOf(task)) {
    if (asked.run === undefined || asked.run === run.id) abort(step, task, run, 'restart', undefined, cause)
  }
}

function restartRefusal(
  { state }: Step,
  task: KernelTask,
  { cause, progress, run }: Restart,
): RestartRefusal | undefined {
  if (task.removed) return 'unregistered'
  if (state.phase === 'new') return 'not-started'
  if (state.phase !== 'started') return 'stopping'
  if (task.paused) return 'paused'
  if (isStuck(task)) return 'stuck'
  if (cause === 'manual') return undefined
  if (taskKinds[task.config.planning].restarts && !modeTable[task.config.restart.mode].afterFailure)
    return 'never'
  if (progress) return 'progress'
  if (isOver(task)) return 'finished'
  if (run !== undefined && findRun(task, run) === undefined) return 'pending'
  return liveRuns(task) === 0 ? 'pending' : undefined
}
