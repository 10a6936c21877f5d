import type { Now } from '../base/now.ts'
import type { RestartCause } from '../base/words.ts'
import type { Effect } from './effect.ts'
import type { KernelState, KernelTask, RunState } from './state.ts'

/**
 * One step of the kernel: the state it works on, the time, and the effects so far. The shell reuses the object for the
 * next step, so that its arrays keep their capacity.
 */
export interface Step {
  readonly state: KernelState
  now: Now
  readonly effects: Effect[]
  /** The runs that ended in this step. What follows them is decided after the event has been handled. */
  readonly ended: RunEnd[]
}

/** How a run ended. `afterEnd` decides from this what follows. */
export interface RunEnd {
  readonly task: KernelTask
  readonly run: RunState
  readonly succeeded: boolean
  readonly cause: RestartCause
  /** What the restart option `when` returned. */
  readonly predicateSaid: boolean | undefined
}

export function newStep(state: KernelState, now: Now): Step {
  return { state, now, effects: [], ended: [] }
}

/** Whether the stop is quiet: no run may start, except by a host that the stop still waits for. */
export function isQuiet({ state }: Step): boolean {
  return state.phase === 'stopping' || state.phase === 'stopped'
}

/**
 * Arms the timer of `task` for the first of these times: the pending slot, a restart or trial, the end of the grace of
 * an open slot, the next question to the fleet, and the end of a pause.
 */
export function setTaskTimer({ effects, now }: Step, task: KernelTask): void {
  const otherAt = task.host?.open[0]?.until ?? task.fleet?.askAt ?? Number.POSITIVE_INFINITY
  const at = Math.min(task.slotDueAt, task.wakeAt, otherAt, now.mono + (task.pausedUntil - now.wall))
  if (at === task.armedAt) return
  task.armedAt = at
  effects.push({ do: 'arm', task, run: undefined, at })
}

/** Cancels a backoff or a trial, and frees the restart time that was reserved for it. */
export function cancelWake({ state }: Step, task: KernelTask): void {
  if (task.wakeAt === Number.POSITIVE_INFINITY) return
  const index = state.restartTimes.indexOf(task.wakeAt)
  if (index >= 0) state.restartTimes.splice(index, 1)
  task.wakeAt = Number.POSITIVE_INFINITY
}

/** Arms the timer that ends the phase of `run` at `at`, in monotonic time. */
export function setRunTimer({ effects }: Step, task: KernelTask, run: RunState, at: number): void {
  if (run.phaseEndsAt === at) return
  run.phaseEndsAt = at
  effects.push({ do: 'arm', task, run, at })
}
