import { priorities } from '../base/words.ts'
import { planShutdown } from '../shutdown/plan.ts'
import { disarm } from './disarm.ts'
import type { KernelEvent } from './event.ts'
import { expireHosts, stopHosts } from './host.ts'
import { abort } from './runs.ts'
import type { KernelState, KernelTask, RunState, ShutdownState } from './state.ts'
import { liveRuns } from './state.ts'
import type { Step } from './step-state.ts'
import { setRunTimer } from './step-state.ts'
import {
  free,
  hasExtension,
  hasWork,
  isActive,
  isClassOver,
  isLeftBehind,
  liveOf,
  neededBy,
  runsToEnd,
} from './stop-class.ts'

type StopEvent = Extract<KernelEvent, { type: 'stop' }>

/** Begins the stop. New runs can still start until the event `quiet`. */
export function onStop(step: Step, event: StopEvent): void {
  const { state, now } = step
  if (state.shutdown) return
  state.phase = 'draining'
  state.shutdown = {
    startedAt: now.mono,
    deadline: event.deadline,
    classGraceMs: event.classGraceMs,
    reserveMs: event.reserveMs,
    flushMs: event.flushMs,
    drain: event.drain,
    classes: [],
    current: -1,
    classStartedAt: now.mono,
    classDeadline: Number.POSITIVE_INFINITY,
    abortAt: Number.POSITIVE_INFINITY,
    aborting: false,
    isExtended: false,
    ending: [],
  }
  step.effects.push({ do: 'stop-started' })
}

export function onQuiet(step: Step): void {
  const { state } = step
  if (!state.shutdown || state.phase !== 'draining') return
  state.phase = 'stopping'
  const tasks = [...state.tasks.values()]
  const shutdown: ShutdownState = {
    ...state.shutdown,
    classes: planShutdown(
      tasks.map(({ name, config }) => ({ name, priority: config.priority, dependsOn: config.dependsOn })),
    ),
  }
  state.shutdown = shutdown
  for (const task of tasks) {
    disarm(step, task, 'stopping')
    for (const run of runsToEnd(task)) if (run.phase === 'waiting-retry') abort(step, task, run, 'shutdown')
  }
  nextClass(step, shutdown)
}

export function advanceStop(step: Step): void {
  const { shutdown } = step.state
  if (!shutdown || step.state.phase !== 'stopping') return
  if (shutdown.aborting) {
    renewClass(step, shutdown)
    abortWave(step, shutdown)
  } else stopHosts(step, free(step.state, shutdown), shutdown.classDeadline)
  if (!isClassOver(step.state, shutdown)) return
  endClass(step, shutdown)
  nextClass(step, shutdown)
}

function nextClass(step: Step, shutdown: ShutdownState): void {
  const { state, effects } = step
  for (;;) {
    shutdown.current += 1
    const names = shutdown.classes[shutdown.current]
    if (names === undefined) break
    shutdown.ending = names.filter((name) => hasWork(state, name))
    stopIdle(step, names)
    if (shutdown.ending.length > 0) return beginClass(step, shutdown)
  }
  state.phase = 'stopped'
  effects.push({ do: 'arm-stop', at: Number.POSITIVE_INFINITY })
  effects.push({ do: 'stop-ended' })
}

function beginClass(step: Step, shutdown: ShutdownState): void {
  const { state, now, effects } = step
  const graceMs = graceOf(state, shutdown, now.mono)
  shutdown.classStartedAt = now.mono
  shutdown.classDeadline = now.mono + graceMs
  shutdown.abortAt = shutdown.drain
    ? shutdown.classDeadline - Math.min(5_000, Math.floor(graceMs / 2))
    : now.mono
  shutdown.aborting = !shutdown.drain
  shutdown.isExtended = false
  if (!shutdown.drain) return abortWave(step, shutdown)
  effects.push({ do: 'arm-stop', at: shutdown.abortAt })
  stopHosts(step, free(state, shutdown), shutdown.classDeadline)
}

/**
 * An extended run may end after the deadline of its class. Tasks that this run needed are aborted only then, so they
 * get a new deadline.
 */
function renewClass({ state, now }: Step, shutdown: ShutdownState): void {
  if (!shutdown.isExtended || now.mono < shutdown.classDeadline) return
  const isWaiting = (task: KernelTask): boolean => runsToEnd(task).some((run) => run.phase !== 'aborting')
  if (liveOf(state, shutdown).some(isWaiting))
    shutdown.classDeadline = now.mono + graceOf(state, shutdown, now.mono)
}

/**
 * Returns how many milliseconds the current class may take. Time is reserved for later classes and for flushing. Less
 * time is reserved if the deadline is too close.
 */
export function graceOf(state: KernelState, shutdown: ShutdownState, now: number): number {
  const leftMs = Math.max(0, shutdown.deadline - now)
  const later = shutdown.classes.slice(shutdown.current + 1)
  const waiting = later.filter((names) => names.some((name) => hasWork(state, name))).length
  const reserveMs = waiting * shutdown.reserveMs + shutdown.flushMs
  const wishMs = reserveMs + shutdown.reserveMs
  const scale = wishMs > leftMs ? leftMs / wishMs : 1
  return Math.max(0, Math.min(shutdown.classGraceMs, Math.floor(leftMs - reserveMs * scale)))
}

/**
 * Aborts the tasks on which no other active task of the class depends. A run that has requested the stop is aborted
 * last.
 */
function abortWave(step: Step, shutdown: ShutdownState): void {
  const tasks = free(step.state, shutdown)
  const isLast = tasks.every((task) => runsToEnd(task).every((run) => run.askedStop))
  stopHosts(step, tasks, shutdown.classDeadline)
  for (const task of tasks) {
    for (const run of runsToEnd(task)) {
      if (run.askedStop && !isLast) continue
      // A run that was already aborted for another reason now has until the deadline of the class.
      if (run.phase !== 'aborting') abort(step, task, run, 'shutdown', shutdown.classDeadline)
      else if (run.abortedFor !== 'shutdown') setRunTimer(step, task, run, shutdown.classDeadline)
    }
  }
  step.effects.push({ do: 'arm-stop', at: shutdown.classDeadline })
}

export function onHostStopped(step: Step, { host }: KernelTask): void {
  if (host?.stop !== 'asked') return
  host.stop = 'ended'
  advanceStop(step)
}

export function onStopDue(step: Step): void {
  const { shutdown } = step.state
  if (!shutdown || step.state.phase !== 'stopping') return
  if (!shutdown.aborting && step.now.mono >= shutdown.abortAt) {
    shutdown.aborting = true
    return abortWave(step, shutdown)
  }
  if (step.now.mono < shutdown.classDeadline) {
    step.effects.push({ do: 'arm-stop', at: shutdown.aborting ? shutdown.classDeadline : shutdown.abortAt })
    return
  }
  const live = liveOf(step.state, shutdown)
  const needed = neededBy(
    step.state,
    live.filter((task) => hasExtension(task, step.now.mono)),
  )
  // Spares the tasks that a run with an extension still needs.
  for (const task of live) {
    if (needed.has(task.name)) continue
    for (const run of runsToEnd(task)) {
      // `abort` does nothing for a run that the stop has already aborted: the timer of that run abandons it.
      if (run.phase === 'aborting' && run.abortedFor !== 'shutdown')
        setRunTimer(step, task, run, step.now.mono)
      else abort(step, task, run, 'shutdown', step.now.mono)
    }
  }
  expireHosts(
    step,
    live.filter(({ name }) => !needed.has(name)),
  )
  // Usually, the stop continues when the extended run ends or is abandoned. This timer is only a fallback.
  const isWaiting = live.some(({ name }) => needed.has(name))
  if (isWaiting && step.now.mono < shutdown.deadline)
    step.effects.push({ do: 'arm-stop', at: shutdown.deadline })
  if (isClassOver(step.state, shutdown)) advanceStop(step)
}

export function onHurry(step: Step, deadline: number): void {
  const { shutdown, phase } = step.state
  if (!shutdown) return
  shutdown.isExtended = false
  shutdown.deadline = Math.min(shutdown.deadline, deadline)
  if (phase !== 'stopping') return
  shutdown.classDeadline = Math.min(
    shutdown.classDeadline,
    step.now.mono + graceOf(step.state, shutdown, step.now.mono),
  )
  shutdown.aborting = true
  for (const task of liveOf(step.state, shutdown)) {
    for (const run of runsToEnd(task)) {
      if (run.phase === 'aborting')
        setRunTimer(step, task, run, Math.min(run.phaseEndsAt, shutdown.classDeadline))
    }
  }
  abortWave(step, shutdown)
}

export function onExtend(step: Step, task: KernelTask, run: RunState, ms: number): void {
  const { shutdown } = step.state
  setRunTimer(step, task, run, extendedEnd(step.state, task, run, ms))
  if (shutdown && run.abortedFor === 'shutdown' && run.phaseEndsAt > shutdown.classDeadline)
    shutdown.isExtended = true
}

/**
 * Returns the monotonic deadline of `run` after an extension by at most `ms`. The deadline changes only if the stop
 * has aborted the run.
 */
export function extendedEnd(state: KernelState, task: KernelTask, run: RunState, ms: number): number {
  const { shutdown } = state
  if (!shutdown || run.abortedFor !== 'shutdown') return run.phaseEndsAt
  const later = shutdown.classes.slice(shutdown.current + 1)
  const waiting = later.filter((names) => names.some((name) => hasWork(state, name))).length
  const reserves = waiting + liveDepth(state, shutdown, task.config.dependsOn, new Map())
  const latest = shutdown.deadline - reserves * shutdown.reserveMs - shutdown.flushMs
  return Math.max(run.phaseEndsAt, Math.min(run.phaseEndsAt + ms, latest))
}

/**
 * Returns the length of the longest chain of dependencies that begins with one of `names`. Counts only tasks of the
 * current class that have active runs.
 */
function liveDepth(
  state: KernelState,
  shutdown: ShutdownState,
  names: readonly string[],
  known: Map<string, number>,
): number {
  let most = 0
  for (const name of names) {
    const task = state.tasks.get(name)
    if (!task) continue
    const own = liveRuns(task) > 0 && shutdown.ending.includes(name) ? 1 : 0
    const depth = known.get(name) ?? own + liveDepth(state, shutdown, task.config.dependsOn, known)
    known.set(name, depth)
    most = Math.max(most, depth)
  }
  return most
}

function endClass(step: Step, shutdown: ShutdownState): void {
  const { state, now, effects } = step
  const tasks = shutdown.ending
  const abandoned = tasks.filter((name) => isLeftBehind(state.tasks.get(name)))
  stopIdle(step, tasks)
  const priority = priorities[shutdown.current] ?? 'critical'
  effects.push({ do: 'class-ended', priority, tookMs: now.mono - shutdown.classStartedAt, tasks, abandoned })
}

function stopIdle(step: Step, names: readonly string[]): void {
  for (const name of names) {
    const task = step.state.tasks.get(name)
    if (!task || task.removed || isActive(task)) continue
    if (task.mode === 'stopped' || task.mode === 'finished') continue
    if (task.mode !== 'failed') task.mode = 'stopped'
    step.effects.push({ do: 'task-stopped', task, reason: 'stop' })
  }
}
