import type { Now } from '../base/now.ts'
import { isNothingKnown, newHealth, stepHealth } from '../health/step-health.ts'
import { afterEnd } from './after.ts'
import { arm, pause, reschedule, restart, resume } from './control.ts'
import type { Effect } from './effect.ts'
import type { KernelEvent } from './event.ts'
import { unregister } from './leave.ts'
import type { Moment } from './moment.ts'
import { newMoment } from './moment.ts'
import { abort, onRunDue, onSettled, refuse, request } from './runs.ts'
import { onPlanned, onTaskDue } from './slots.ts'
import type { KernelState, RunState, TaskState } from './state.ts'
import { findRun } from './state.ts'
import { onExtend, onHurry, onQuiet, onStop, onStopDue } from './stop.ts'

/**
 * The one place where decisions are made. Takes what happened and when, changes `state`, and answers what is to be
 * done about it, in order. Deterministic: no clock, no promise, no code of a user. It never throws for events that do
 * not fit (a run that ended twice, a task that is gone); they have no effect.
 */
export function step(state: KernelState, event: KernelEvent, now: Now): readonly Effect[] {
  return takeStep(newMoment(state, now), event, now)
}

/** As `step`, in a moment that is used again: what it answers is gone with the next one. */
export function takeStep(m: Moment, event: KernelEvent, now: Now): readonly Effect[] {
  m.now = now
  empty(m.out)
  empty(m.ended)
  apply(m, event)
  // Consequences are drawn after the event itself, so that no rule runs inside another.
  for (const end of m.ended) afterEnd(m, end)
  return m.out
}

/** One by one, which keeps the room; to set the length to 0 would give it up. */
export function empty(list: unknown[]): void {
  while (list.length > 0) list.pop()
}

function apply(m: Moment, event: KernelEvent): void {
  switch (event.type) {
    case 'start':
      return start(m)
    case 'register':
      return register(m, event)
    case 'stop':
      return onStop(m, event)
    case 'quiet':
      return onQuiet(m)
    case 'stop-due':
      return onStopDue(m)
    case 'hurry':
      return onHurry(m, event.deadline)
    default: {
      const task = m.state.tasks.get(event.task)
      if (task && (m.state.phase !== 'stopped' || isHeardAfterStop(event))) return applyToTask(m, task, event)
      return applyToNobody(m, event)
    }
  }
}

type TaskKernelEvent = Exclude<
  KernelEvent,
  { type: 'start' | 'register' | 'stop' | 'quiet' | 'stop-due' | 'hurry' }
>

function applyToTask(m: Moment, task: TaskState, event: TaskKernelEvent): void {
  switch (event.type) {
    case 'unregister':
      return unregister(m, task)
    case 'slot-planned':
      return onPlanned(m, task, event.slot, event.dueAt, event.anew)
    case 'trigger':
      return onTrigger(m, task, event)
    case 'pause':
      return pause(m, task, event.reason)
    case 'resume':
      return resume(m, task)
    case 'reschedule':
      return reschedule(m, task, event.config)
    case 'restart':
      return restart(m, task, event.cause, event.ticket, event.progress)
    case 'judged':
      return onJudged(m, task, event)
    case 'due':
      if (event.run === 0) return onTaskDue(m, task, event.slots)
  }
  const run = findRun(task, event.run)
  if (run) applyToRun(m, task, run, event)
}

type RunKernelEvent = Extract<TaskKernelEvent, { run: number }>

function applyToRun(m: Moment, task: TaskState, run: RunState, event: RunKernelEvent): void {
  switch (event.type) {
    case 'due':
      return onRunDue(m, task, run)
    case 'settled':
      return onSettled(m, task, run, event.ok, event.wanted)
    case 'ready':
      return onReady(m, task, run, event.how)
    case 'extend':
      return onExtend(m, task, run, event.ms)
    case 'abort':
      return abort(m, task, run, 'asked')
    case 'stop-asked':
      run.askedStop = true
  }
}

/** When the stop has ended, functions may still settle and tasks may leave; nothing else is told any more. */
function isHeardAfterStop({ type }: TaskKernelEvent): boolean {
  return type === 'settled' || type === 'unregister'
}

/** Calls about a task that is not there, or after the stop, still get their answer. */
function applyToNobody(m: Moment, event: TaskKernelEvent): void {
  const reason = m.state.phase === 'stopped' ? 'stopping' : 'unregistered'
  if (event.type === 'trigger') m.out.push({ do: 'refuse', task: undefined, ticket: event.ticket, reason })
  if (event.type === 'restart') {
    const { cause, ticket } = event
    m.out.push({ do: 'restart-refused', task: undefined, cause, reason, ticket })
  }
}

function start(m: Moment): void {
  if (m.state.phase !== 'new') return
  m.state.phase = 'started'
  for (const task of m.state.tasks.values()) arm(m, task)
}

function register(m: Moment, event: Extract<KernelEvent, { type: 'register' }>): void {
  const { state } = m
  const task = event.record
  const former = state.tasks.get(event.task)
  if (former) {
    if (!former.removed) return
    task.runs = former.runs
    task.abandoned = former.abandoned
  }
  state.tasks.set(event.task, task)
  if (state.phase === 'started' || state.phase === 'draining') arm(m, task)
}

function onTrigger(m: Moment, task: TaskState, event: Extract<KernelEvent, { type: 'trigger' }>): void {
  const wish = { trigger: event.trigger, slot: undefined, ticket: event.ticket }
  if (event.standby) return refuse(m, task, wish, 'standby')
  request(m, task, wish)
}

function onReady(m: Moment, task: TaskState, run: RunState, how: 'ready' | 'beat'): void {
  if (run.isReady || run.phase === 'abandoned') return
  run.isReady = true
  m.out.push({ do: 'ready', task, run, how })
}

function onJudged(m: Moment, task: TaskState, event: Extract<KernelEvent, { type: 'judged' }>): void {
  if (task.removed) return
  const { since, seen, runEnded } = event
  const health = task.health ?? newHealth(since)
  const effects = stepHealth(health, event.rules, m.now, {
    halfLifeMs: task.config.flapMs,
    seen,
    runEnded,
  })
  if (!isNothingKnown(health)) task.health = health
  for (const effect of effects) {
    m.out.push({ do: 'health', task, effect })
    if (effect.kind === 'restart-asked') restart(m, task, 'unhealthy', 0, event.progress)
  }
}
