import type { Now } from '../base/now.ts'
import type { RestartCause } from '../base/words.ts'
import type { Effect } from './effect.ts'
import type { KernelState, KernelTask, RunState } from './state.ts'

/**
 * One step of the kernel while it is being taken: what it works on, when, and the effects so far. There is one for all
 * steps of a kernel, since each run takes two: its lists keep their room.
 */
export interface Step {
  readonly state: KernelState
  now: Now
  readonly effects: Effect[]
  /** Runs that got their outcome in this step, and whose consequences are still to be drawn. */
  readonly ended: RunEnd[]
}

/** How a run ended, for the sake of what follows. */
export interface RunEnd {
  readonly task: KernelTask
  readonly run: RunState
  readonly succeeded: boolean
  readonly cause: RestartCause
  /** What the user's restart predicate said. */
  readonly predicateSaid: boolean | undefined
}

export function newStep(state: KernelState, now: Now): Step {
  return { state, now, effects: [], ended: [] }
}

/** No run begins any more. */
export function isQuiet({ state }: Step): boolean {
  return state.phase === 'stopping' || state.phase === 'stopped'
}

/** Makes the shell's timer of `task` fit its pending slot and its restart. */
export function armTask({ effects }: Step, task: KernelTask): void {
  const at = Math.min(task.slotDueAt, task.wakeAt)
  if (at === task.armedAt) return
  task.armedAt = at
  effects.push({ do: 'arm', task, run: undefined, at })
}

/** Takes back a backoff or a trial, and the place among the restarts that was kept for it. */
export function cancelWake({ state }: Step, task: KernelTask): void {
  if (task.wakeAt === Number.POSITIVE_INFINITY) return
  const place = state.restartTimes.indexOf(task.wakeAt)
  if (place >= 0) state.restartTimes.splice(place, 1)
  task.wakeAt = Number.POSITIVE_INFINITY
}

/** Lets the phase of `run` end at `at`, in monotonic time. */
export function armRun({ effects }: Step, task: KernelTask, run: RunState, at: number): void {
  if (run.phaseEndsAt === at) return
  run.phaseEndsAt = at
  effects.push({ do: 'arm', task, run, at })
}
