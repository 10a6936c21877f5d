import type { Now } from '../base/now.ts'
import { isNothingKnown, newHealth, stepHealth } from '../health/step-health.ts'
import { afterEnd } from './after.ts'
import { arm, reschedule, restart } from './control.ts'
import { onControlled, signed } from './controlled.ts'
import type { Effect } from './effect.ts'
import type { KernelEvent } from './event.ts'
import {
  askAgain,
  onFleetAnswer,
  onFleetDropped,
  onFleetFailed,
  onFleetKnown,
  onFleetRun,
} from './fleet-slots.ts'
import { beginCall, onHostMissed, onHostSkipped } from './host-slots.ts'
import { pause, resume } from './pause.ts'
import { abort, onRunDue, onSettled, refuse, request } from './runs.ts'
import { onPlanned, onTaskDue } from './slots.ts'
import type { KernelState, KernelTask, RunState } from './state.ts'
import { findRun, outdateRuns } from './state.ts'
import type { Step } from './step-state.ts'
import { newStep } from './step-state.ts'
import { onExtend, onHostStopped, onHurry, onQuiet, onStop, onStopDue } from './stop.ts'
import { taskKinds } from './task-kinds.ts'
import { unregister } from './unregister.ts'

/**
 * Makes all decisions of the supervisor: changes `state` and returns the effects to perform, in order. Must not use a
 * clock, a promise or user code. Ignores events that no longer apply, but always answers a request for a run.
 */
export function step(state: KernelState, event: KernelEvent, now: Now): readonly Effect[] {
  return takeStep(newStep(state, now), event, now)
}

/** Like the function `step`, but reuses the object `step`. The returned array is valid only until the next call. */
export function takeStep(step: Step, event: KernelEvent, now: Now): readonly Effect[] {
  step.now = now
  empty(step.effects)
  empty(step.ended)
  apply(step, event)
  // `afterEnd` must not run in the middle of another handler.
  for (const end of step.ended) afterEnd(step, end)
  return step.effects
}

// `list.length = 0` would free the memory of the array, and the next step would allocate it again.
export function empty(list: unknown[]): void {
  while (list.length > 0) list.pop()
}

function apply(step: Step, event: KernelEvent): void {
  switch (event.type) {
    case 'start':
      return start(step)
    case 'register':
      return register(step, event)
    case 'stop':
      return onStop(step, event)
    case 'quiet':
      return onQuiet(step)
    case 'stop-due':
      return onStopDue(step)
    case 'hurry':
      return onHurry(step, event.deadline)
    default: {
      const task = step.state.tasks.get(event.task)
      if (task && (step.state.phase !== 'stopped' || isHandledAfterStop(event)))
        return applyToTask(step, task, event)
      return applyWithoutTask(step, event)
    }
  }
}

type TaskKernelEvent = Exclude<
  KernelEvent,
  { type: 'start' | 'register' | 'stop' | 'quiet' | 'stop-due' | 'hurry' }
>

function applyToTask(step: Step, task: KernelTask, event: TaskKernelEvent): void {
  switch (event.type) {
    case 'unregister':
      return onUnregister(step, task, event)
    case 'slot-planned':
      return onPlanned(step, task, event.slot, event.dueAt, event.lastSlot)
    case 'trigger':
      onTrigger(step, task, event)
      return signed(step, task, event)
    case 'pause':
      pause(step, task, event)
      return signed(step, task, event)
    case 'resume':
      resume(step, task, 'asked')
      return signed(step, task, event)
    case 'reschedule':
      reschedule(step, task, event)
      return signed(step, task, event)
    case 'restart':
      restart(step, task, event)
      return signed(step, task, event)
    case 'controlled':
      return onControlled(step, task, event)
    case 'judged':
      return onJudged(step, task, event)
    case 'host-skipped':
      return onHostSkipped(step, task, event)
    case 'host-missed':
      return onHostMissed(step, task, event)
    case 'host-stopped':
      return onHostStopped(step, task)
    case 'fleet-run':
      return onFleetRun(step, task, event)
    case 'fleet-answered':
      return onFleetAnswer(step, task, event)
    case 'fleet-failed':
      return onFleetFailed(step, task, event.question)
    case 'fleet-up':
      return askAgain(step, task)
    case 'fleet-known':
      return onFleetKnown(step, task, event)
    case 'fleet-dropped':
      return onFleetDropped(step, task, event)
    case 'due':
      if (event.run === 0) return onTaskDue(step, task, event.slots)
  }
  const run = findRun(task, event.run)
  if (run) applyToRun(step, task, run, event)
}

type RunKernelEvent = Extract<TaskKernelEvent, { run: number }>

function applyToRun(step: Step, task: KernelTask, run: RunState, event: RunKernelEvent): void {
  switch (event.type) {
    case 'due':
      return onRunDue(step, task, run)
    case 'settled':
      return onSettled(step, task, run, event)
    case 'ready':
      return onReady(step, task, run, event.how)
    case 'extend':
      return onExtend(step, task, run, event.ms)
    case 'abort':
      abort(step, task, run, event.cause ?? 'asked')
      return signed(step, task, event, run)
    case 'stop-asked':
      run.askedStop = true
  }
}

function isHandledAfterStop({ type }: TaskKernelEvent): boolean {
  return type === 'settled' || type === 'unregister'
}

function applyWithoutTask(step: Step, event: TaskKernelEvent): void {
  const reason = step.state.phase === 'stopped' ? 'stopping' : 'unregistered'
  if (event.type === 'trigger' || event.type === 'fleet-run')
    step.effects.push({ do: 'refuse', task: undefined, requestId: event.requestId, reason })
  if (event.type === 'restart') {
    const { cause, requestId } = event
    step.effects.push({ do: 'restart-refused', task: undefined, cause, reason, requestId })
  }
}

function start(step: Step): void {
  if (step.state.phase !== 'new') return
  step.state.phase = 'started'
  for (const task of step.state.tasks.values()) arm(step, task)
}

function register(step: Step, event: Extract<KernelEvent, { type: 'register' }>): void {
  const { state } = step
  const task = event.record
  const former = state.tasks.get(event.task)
  if (former) {
    if (!former.removed) return
    task.runs = former.runs
    task.abandoned = former.abandoned
    outdateRuns(task)
  }
  state.tasks.set(event.task, task)
  if (state.phase === 'started' || state.phase === 'draining') arm(step, task)
}

function onUnregister(
  step: Step,
  task: KernelTask,
  { asked }: Extract<KernelEvent, { type: 'unregister' }>,
): void {
  const result = task.removed ? 'unchanged' : 'done'
  if (asked && step.state.phase !== 'stopped')
    step.effects.push({ do: 'controlled', task, control: 'unregister', result, asked, run: undefined })
  unregister(step, task)
}

function onTrigger(step: Step, task: KernelTask, event: Extract<KernelEvent, { type: 'trigger' }>): void {
  const runRequest = { trigger: event.trigger, slot: undefined, requestId: event.requestId }
  if (!taskKinds[task.config.planning].canAbort) return beginCall(step, task, event)
  task.standby = event.standby
  if (event.standby) return refuse(step, task, runRequest, 'standby')
  request(step, task, runRequest)
}

function onReady(step: Step, task: KernelTask, run: RunState, how: 'ready' | 'beat'): void {
  if (run.isReady || run.phase === 'abandoned') return
  run.isReady = true
  step.effects.push({ do: 'ready', task, run, how })
}

function onJudged(step: Step, task: KernelTask, event: Extract<KernelEvent, { type: 'judged' }>): void {
  if (task.removed) return
  const { since, hasSucceeded, isFailing, runEnded } = event
  const health = task.health ?? newHealth(since)
  const effects = stepHealth(health, event.rules, step.now, {
    halfLifeMs: task.config.flapMs,
    hasSucceeded,
    isFailing,
    runEnded,
  })
  if (!isNothingKnown(health)) task.health = health
  for (const effect of effects) {
    step.effects.push({ do: 'health', task, effect })
    if (effect.kind !== 'restart-asked') continue
    const { run, progress = false } = effect.target ?? {}
    restart(step, task, { cause: 'unhealthy', requestId: 0, progress, run })
  }
}
