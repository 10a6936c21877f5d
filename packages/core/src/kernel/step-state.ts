import type { Now } from '../base/now.ts'
import type { RestartCause } from '../base/words.ts'
import type { Effect } from './effect.ts'
import type { KernelState, KernelTask, RunState } from './state.ts'

/** `KernelLoop` uses the same object for every step, so that its arrays keep their memory. */
export interface Step {
  readonly state: KernelState
  now: Now
  readonly effects: Effect[]
  readonly ended: RunEnd[]
}

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

/** From the event `quiet` on, only hosts may start runs. */
export function isQuiet({ state }: Step): boolean {
  return state.phase === 'stopping' || state.phase === 'stopped'
}

export function setTaskTimer({ effects, now }: Step, task: KernelTask): void {
  const otherAt = task.host?.open[0]?.until ?? task.fleet?.askAt ?? Number.POSITIVE_INFINITY
  const at = Math.min(task.slotDueAt, task.wakeAt, otherAt, now.mono + (task.pausedUntil - now.wall))
  if (at === task.armedAt) return
  task.armedAt = at
  effects.push({ do: 'arm', task, run: undefined, at })
}

export function cancelWake({ state }: Step, task: KernelTask): void {
  if (task.wakeAt === Number.POSITIVE_INFINITY) return
  const index = state.restartTimes.indexOf(task.wakeAt)
  if (index >= 0) state.restartTimes.splice(index, 1)
  task.wakeAt = Number.POSITIVE_INFINITY
}

export function setRunTimer({ effects }: Step, task: KernelTask, run: RunState, at: number): void {
  if (run.phaseEndsAt === at) return
  run.phaseEndsAt = at
  effects.push({ do: 'arm', task, run, at })
}
