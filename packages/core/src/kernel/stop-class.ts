import { isHostUp } from './host.ts'
import type { KernelState, KernelTask, RunState, ShutdownState } from './state.ts'
import { liveRuns, runsOf } from './state.ts'

/**
 * Returns the active tasks of the current class on which no other active task of the class depends, even indirectly.
 */
export function free(state: KernelState, shutdown: ShutdownState): readonly KernelTask[] {
  const live = liveOf(state, shutdown)
  const needed = neededBy(state, live)
  return live.filter((task) => !needed.has(task.name))
}

export function neededBy(state: KernelState, live: readonly KernelTask[]): ReadonlySet<string> {
  const needed = new Set(live.flatMap((task) => task.config.dependsOn))
  // A loop over a set also visits the names that are added during the loop.
  for (const name of needed) {
    const task = state.tasks.get(name)
    if (task) for (const next of task.config.dependsOn) needed.add(next)
  }
  return needed
}

export function isLeftBehind(task: KernelTask | undefined): boolean {
  return task !== undefined && (task.abandoned > 0 || task.host?.stop === 'expired')
}

export function isClassOver(state: KernelState, shutdown: ShutdownState): boolean {
  return shutdown.ending.every((name) => !hasWork(state, name))
}

export function hasWork(state: KernelState, name: string): boolean {
  const task = state.tasks.get(name)
  return task !== undefined && isActive(task)
}

export function isActive(task: KernelTask): boolean {
  return liveRuns(task) > 0 || isHostUp(task)
}

export function liveOf(state: KernelState, shutdown: ShutdownState): readonly KernelTask[] {
  return shutdown.ending.flatMap((name) => {
    const task = state.tasks.get(name)
    return task && isActive(task) ? [task] : []
  })
}

export function hasExtension(task: KernelTask, now: number): boolean {
  return runsToEnd(task).some((run) => run.phase === 'aborting' && run.phaseEndsAt > now)
}

export function runsToEnd(task: KernelTask): readonly RunState[] {
  return runsOf(task).filter((run) => run.phase !== 'abandoned')
}
