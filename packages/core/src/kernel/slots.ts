import { beginOldest, planDelay } from './after.ts'
import { skipOverdue } from './disarm.ts'
import type { DueSlots, FormerSchedule } from './event.ts'
import { accountReplaced, askAgain, askFleet } from './fleet-slots.ts'
import { hold } from './held-slot.ts'
import { expireSlots, isTakenEarly, openSlots, withoutTaken } from './host-slots.ts'
import { resume } from './pause.ts'
import { begin, refuse, request } from './runs.ts'
import type { KernelTask } from './state.ts'
import { isStuck, liveRuns } from './state.ts'
import type { Step } from './step-state.ts'
import { isQuiet, setTaskTimer } from './step-state.ts'
import { taskKinds } from './task-kinds.ts'

export function onPlanned(
  step: Step,
  task: KernelTask,
  slot: number | undefined,
  dueAt: number,
  lastSlot: number | undefined,
): void {
  if (task.removed || isQuiet(step)) return
  if (task.mode === 'finished' || task.mode === 'registered') {
    if (lastSlot !== undefined) task.lastSlot = lastSlot
    return
  }
  if (task.held && dueAt <= step.now.mono) return
  // The wall clock was set back. The held slot must be planned again, although it was already due.
  if (task.held) task.lastSlot = Number.NEGATIVE_INFINITY
  else if (lastSlot !== undefined) task.lastSlot = lastSlot
  task.held = false
  if (slot !== undefined && slot <= task.lastSlot) return
  // The wall clock was set back. The slot that the host ran early will be due again and must run again.
  if (task.host && task.host.takenEarly !== slot) task.host.takenEarly = undefined
  task.slot = slot
  task.slotDueAt = slot === undefined ? Number.POSITIVE_INFINITY : dueAt
  setTaskTimer(step, task)
}

export function onTaskDue(step: Step, task: KernelTask, slots: DueSlots | undefined): void {
  // The timer has fired. `NaN` differs from every time, so `setTaskTimer` sets the timer again in any case.
  task.armedAt = Number.NaN
  if (task.pausedUntil <= step.now.wall) resume(step, task, 'until')
  if (task.wakeAt <= step.now.mono) wake(step, task)
  if (task.host) expireSlots(step, task)
  if (task.fleet && task.fleet.askAt <= step.now.mono) askAgain(step, task)
  if (isDue(step, task, slots) || isTakenAway(task, slots)) {
    decide(step, task, slots)
    if (taskKinds[task.config.planning].plansAfterRun) planDelay(step, task)
  }
  setTaskTimer(step, task)
}

function isDue(step: Step, task: KernelTask, slots: DueSlots | undefined): slots is DueSlots {
  return task.slotDueAt <= step.now.mono && slots !== undefined && slots.oldest === task.slot
}

function isTakenAway(task: KernelTask, slots: DueSlots | undefined): slots is DueSlots {
  return slots?.stopping === true && slots.oldest === task.slot && !task.held
}

export function decideBeforeReschedule(
  step: Step,
  task: KernelTask,
  { slots, passed }: Pick<FormerSchedule, 'slots' | 'passed'>,
): void {
  // `slotDueAt` is not checked: wall time is rounded, so a slot may be due slightly before its timer fires.
  if (slots !== undefined && slots.oldest === task.slot) decide(step, task, slots)
  else skipOverdue(step, task, 'replaced')
  if (
    task.held ||
    isTakenEarly(task) ||
    passed === undefined ||
    passed !== task.slot ||
    task.slotDueAt <= step.now.mono
  )
    return
  if (task.fleet) accountReplaced(step, task, passed, false)
  else step.effects.push({ do: 'skip', task, reason: 'replaced', count: 1, atLeast: false, slot: passed })
  task.lastSlot = passed
}

function wake(step: Step, task: KernelTask): void {
  task.wakeAt = Number.POSITIVE_INFINITY
  begin(step, task, { trigger: 'restart', slot: undefined, requestId: 0 })
}

function decide(step: Step, task: KernelTask, due: DueSlots): void {
  const slots = withoutTaken(task, due)
  task.lastSlot = slots.newest
  task.slot = slots.next
  task.slotDueAt = slots.nextDueAt
  task.standby = slots.standby
  task.held = false
  if (slots.count === 0) return
  if (task.fleet) {
    if (!slots.stopping) askFleet(step, task, task.fleet, slots, pick(task, slots))
    return
  }
  const forbidden = forbids(task, slots)
  if (forbidden && forbidden !== 'stopping' && taskKinds[task.config.planning].holdsSlot) {
    hold(step, task, slots.newest, forbidden === 'standby')
  } else if (forbidden) {
    const { count, atLeast, newest } = slots
    step.effects.push({ do: 'skip', task, reason: forbidden, count, atLeast, slot: newest })
  } else if (task.host && taskKinds[task.config.planning].awaitsRuns) {
    openSlots(step, task, task.host, slots)
  } else {
    const runnable = pick(task, slots)
    const missed = slots.count - runnable.length
    if (missed > 0) {
      const to = runnable.length > 0 ? beforeRunnable(slots, runnable) : slots.newest
      const { atLeast, oldest: from, cause } = slots
      step.effects.push({ do: 'miss', task, count: missed, atLeast, from, to, cause })
    }
    runAll(step, task, runnable)
  }
}

function forbids(task: KernelTask, slots: DueSlots): 'stopping' | 'paused' | 'stuck' | 'standby' | undefined {
  if (slots.stopping) return 'stopping'
  if (task.paused) return 'paused'
  if (isStuck(task)) return 'stuck'
  return slots.standby ? 'standby' : undefined
}

function pick(task: KernelTask, slots: DueSlots): readonly number[] {
  const { misfire, catchUpMs, catchUpGiven } = task.config
  if (slots.jumpedOver && !catchUpGiven) return []
  if (slots.lateMs > catchUpMs) return []
  if (typeof misfire === 'string') return [slots.newest]
  const newest = slots.recent.slice(-misfire.all)
  return newest.filter((slot) => slots.newest - slot + slots.lateMs <= catchUpMs)
}

function beforeRunnable(slots: DueSlots, runnable: readonly number[]): number {
  const at = slots.recent.indexOf(runnable[0] ?? slots.newest)
  return slots.recent[at - 1] ?? slots.oldest
}

function runAll(step: Step, task: KernelTask, slots: readonly number[]): void {
  const [first] = slots
  if (first === undefined) return
  const { misfire, overlap, limit } = task.config
  // Several late slots must all run, so they wait for a run to end even with an overlap that skips a single slot.
  const allWait =
    slots.length > 1 && liveRuns(task) >= limit && (overlap === 'skip' || overlap === 'parallel')
  if (!allWait) request(step, task, { trigger: 'schedule', slot: first, requestId: 0 })
  if (typeof misfire !== 'object') return
  const waiting = [...(task.backlog ?? []), ...(allWait ? slots : slots.slice(1))]
  // The limit `misfire.all` also counts the queued slot and the slots that already waited.
  const most = misfire.all - (task.queued?.slot === undefined ? 0 : 1)
  for (const slot of waiting.splice(0, waiting.length - most)) {
    refuse(step, task, { slot, requestId: 0 }, 'overlap')
  }
  task.backlog = waiting
  if (task.config.overlap === 'parallel') while (beginOldest(step, task));
}
